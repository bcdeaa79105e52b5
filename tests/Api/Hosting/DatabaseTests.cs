using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Signalbox.Servers;

namespace Signalbox.Api.Tests.Hosting;

/// <summary>The executable on a PostgreSQL database in place of the data folder.</summary>
public sealed class DatabaseTests : IDisposable
{
    private const string Password = "hush-hush";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("signalbox-api-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData($"postgres://clerk:{Password}@db/signalbox", "database: this is no connection string")]
    [InlineData($"Host=127.0.0.1;Port=1;Username=clerk;Password={Password};Database=signalbox", "database: no PostgreSQL answers on 127.0.0.1:1")]
    public async Task A_database_that_cannot_be_used_is_told_in_one_line(string database, string expected) => await AssertRefused(database, expected);

    [PostgresFact]
    public async Task A_missing_database_and_a_refused_password_are_told_in_one_line()
    {
        using var server = new PostgresServer();
        server.AddRole("clerk", Password);
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString("missing")) { Username = "clerk", Password = Password };
        await AssertRefused(address.ConnectionString, "database: there is no database \"missing\"");

        address.Password = $"not-{Password}";
        await AssertRefused(address.ConnectionString, $"database: 127.0.0.1:{server.Port} refuses the password of the user \"clerk\"");
    }

    [DatabaseFact]
    public async Task I1_I2_an_event_survives_kill_9_and_stays_a_duplicate()
    {
        var database = Databases.Create();
        try
        {
            using (var first = new Executable(folder, Configure(database)))
            {
                Assert.Equal(HttpStatusCode.Created, await Send(await first.Address()));
                await AssertRefused(database, "in use by another process");
            }

            // Killed: the lock goes with its connection.
            using var second = new Executable(folder, Configure(database));
            Assert.Equal(HttpStatusCode.OK, await Send(await second.Address()));
            Assert.DoesNotContain(Password, second.Output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder, "data")));
        }
        finally
        {
            Databases.Drop(database);
        }
    }

    private static async Task<HttpStatusCode> Send(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        for (var until = DateTime.UtcNow + Patience; ; await Task.Delay(50))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = JsonContent.Create(ApiHost.Event(("event_id", "order-1"))) };
            request.Headers.Add("X-API-Key", ApiHost.Key);
            using var answer = await http.SendAsync(request);
            // It recovers first.
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || DateTime.UtcNow > until) return answer.StatusCode;
        }
    }

    private async Task AssertRefused(string database, string expected)
    {
        using var process = new Executable(folder, Configure(database));

        Assert.Equal(2, await process.ExitCode());
        Assert.StartsWith("database: ", process.Output, StringComparison.Ordinal);
        Assert.Contains(expected, process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', process.Output);
        Assert.DoesNotContain(Password, process.Output, StringComparison.Ordinal);
    }

    private string Configure(string database)
    {
        var configuration = ApiHost.Configuration();
        configuration["listen"] = "http://127.0.0.1:0";
        configuration["database"] = database.Contains("Password", StringComparison.Ordinal) ? database : $"{database};Password={Password}";
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, configuration.ToJsonString());
        return path;
    }

    /// <summary>One life of the executable; it ends with SIGKILL at the latest.</summary>
    private sealed class Executable : IDisposable
    {
        private const string Listens = "Signalbox listens on ";

        private readonly Process process;
        private readonly ConcurrentQueue<string> lines = new();
        private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Executable(string folder, string configuration)
        {
            // The build puts the executables of referenced projects, with all that they need, beside the tests.
            string[] arguments = ["exec", Path.Combine(AppContext.BaseDirectory, "Signalbox.Api.dll"), "--config", configuration];
            process = new Process
            {
                StartInfo = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
                {
                    WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
                },
            };
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Output => string.Join('\n', lines);

        public Task<Uri> Address() => address.Task.WaitAsync(Patience);

        public async Task<int> ExitCode()
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
            return process.ExitCode;
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        private void Keep(string? line)
        {
            if (line is null) return;
            lines.Enqueue(line);
            if (line.StartsWith(Listens, StringComparison.Ordinal)) address.TrySetResult(new Uri(line[Listens.Length..].TrimEnd('.')));
        }
    }
}
