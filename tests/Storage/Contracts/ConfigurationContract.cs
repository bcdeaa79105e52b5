using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryConfigurations : ConfigurationContract<MemoryHarness>;

public sealed class SqliteConfigurations : ConfigurationContract<SqliteHarness>;

public sealed class PostgresConfigurations : ConfigurationContract<PostgresHarness>;

public abstract class ConfigurationContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly THarness storage = new();

    private IConfigurationStore Configuration => storage.Stores.Configuration;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task Where_nothing_was_applied_nothing_is_newer()
    {
        Assert.Null(await Configuration.Read(0));
    }

    [ContractFact]
    public async Task What_was_applied_last_is_read_after_a_restart_by_whoever_knows_an_older_one()
    {
        var last = new AppliedConfiguration(2, Noon.AddTicks(1), """{ "workspaces": [{ "id": "größe-🛒" }] }""");
        await MustWrite(new AppliedConfiguration(1, Noon, "{}"));
        await MustWrite(last);

        storage.Reopen();

        Assert.Equal(last, await Configuration.Read(0));
        Assert.Equal(last, await Configuration.Read(1));
        Assert.Null(await Configuration.Read(2));
        Assert.Null(await Configuration.Read(99));
    }

    [ContractFact]
    public async Task A_version_that_is_not_the_next_is_refused()
    {
        Assert.Equal(StoreOutcome.Conflict, await Configuration.Write(new AppliedConfiguration(2, Noon, "too early")));
        await MustWrite(new AppliedConfiguration(1, Noon, "kept"));
        Assert.Equal(StoreOutcome.Conflict, await Configuration.Write(new AppliedConfiguration(1, Noon, "again")));
        Assert.Equal(StoreOutcome.Conflict, await Configuration.Write(new AppliedConfiguration(3, Noon, "too far")));

        Assert.Equal("kept", (await Configuration.Read(0))!.Document);
    }

    [ContractFact]
    public async Task Of_those_that_apply_at_the_same_time_one_does()
    {
        for (var version = 1; version <= 20; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
                Task.Run(() => Configuration.Write(new AppliedConfiguration(version, Noon, $"by {number}")))));

            Assert.Single(outcomes, StoreOutcome.Committed);
            Assert.Equal($"by {Array.IndexOf(outcomes, StoreOutcome.Committed)}", (await Configuration.Read(version - 1))!.Document);
        }
    }

    private async Task MustWrite(AppliedConfiguration next) => Assert.Equal(StoreOutcome.Committed, await Configuration.Write(next));
}
