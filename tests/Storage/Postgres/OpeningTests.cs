using System.Globalization;
using Npgsql;
using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Postgres;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Postgres;

/// <summary>What is refused at the door, in one line that says what to do, and what every connection makes sure of.</summary>
public sealed class OpeningTests
{
    private const string Secret = "hush-hush";

    private static readonly VisitorRow Visitor = new(new VisitorKey(1, "a"), 1, DateTimeOffset.UnixEpoch, new byte[10]);

    [Theory]
    [InlineData("", "names no Host")]
    [InlineData("postgres://clerk:hush-hush@db/signalbox", "no connection string")]
    [InlineData("Host=db;Database=signalbox;Password=hush;hush-hush=1", "a keyword that is not known")]
    [InlineData("Host=db;Database=signalbox;Password=hush-hush;Port=none", "port has no meaning")]
    [InlineData("Database=signalbox;Password=hush-hush", "names no Host")]
    [InlineData("Host=db;Password=hush-hush", "names no Database")]
    [InlineData("Host=db;Database=signalbox;Password=hush-hush;Target Session Attributes=primary", "cannot be used: Target Session Attributes")]
    public async Task A_connection_string_that_is_none_is_told_without_its_password(string text, string expected) => await AssertRefused(text, expected);

    [Fact]
    public async Task A_server_that_does_not_answer_is_named()
    {
        // Nobody is given port 1.
        await AssertRefused($"Host=127.0.0.1;Port=1;Database=signalbox;Username=clerk;Password={Secret}", "no PostgreSQL answers on 127.0.0.1:1");
        await AssertRefused($"Host=nowhere.invalid;Database=signalbox;Username=clerk;Password={Secret}", "no PostgreSQL answers on nowhere.invalid");
    }

    [DatabaseFact]
    public async Task A_database_that_is_missing_is_named()
    {
        var text = Databases.Create();
        Databases.Drop(text);

        await AssertRefused(text, $"there is no database \"{new NpgsqlConnectionStringBuilder(text).Database}\"");
    }

    [PostgresFact]
    public async Task A_refused_user_is_named_and_the_password_is_not()
    {
        using var server = new PostgresServer();
        server.AddRole("clerk", Secret);
        var text = new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres")) { Username = "clerk", Password = $"not-{Secret}" };

        await AssertRefused(text.ConnectionString, "refuses the password of the user \"clerk\"");
        text.Password = null;
        await AssertRefused(text.ConnectionString, "cannot be used: No password has been provided");
        text.Username = "nobody";
        await AssertRefused(text.ConnectionString, "refuses the user \"nobody\"");
        text.Username = "clerk";
        text.Password = Secret;
        await using var storage = await Open(text.ConnectionString);
    }

    [DatabaseFact]
    public async Task A_user_who_may_not_make_the_tables_is_told() => await InDatabase(async text =>
    {
        var role = $"guest_{Environment.ProcessId}";
        Databases.Run(text, $"CREATE ROLE {role} LOGIN");
        try
        {
            await AssertRefused(new NpgsqlConnectionStringBuilder(text) { Username = role }.ConnectionString, $"the user \"{role}\" may not use");
        }
        finally
        {
            Databases.Run(text, $"DROP ROLE {role}");
        }
    });

    [DatabaseFact]
    public async Task I1_a_server_that_acknowledges_before_it_flushes_is_refused() => await InDatabase(async text =>
    {
        var database = new NpgsqlConnectionStringBuilder(text).Database;
        Databases.Run(text, $"ALTER DATABASE {database} SET synchronous_commit = off");
        await AssertRefused(text, "synchronous_commit is off");

        Databases.Run(text, $"ALTER DATABASE {database} SET synchronous_commit = local");
        await using var storage = await Open(text);
    });

    [PostgresFact]
    public async Task I1_a_server_that_does_not_flush_at_all_is_refused()
    {
        using var server = new PostgresServer();
        server.Run("ALTER SYSTEM SET fsync = off");
        server.Stop(ServerStop.Fast);
        server.Start();

        await AssertRefused(server.ConnectionString("postgres"), "fsync is off");
    }

    [DatabaseFact]
    public async Task I1_a_default_that_is_weakened_later_weakens_no_connection() => await InDatabase(async text =>
    {
        await using var storage = await Open(text);
        // Says at each write how it will be committed.
        Databases.Run(text, """
            CREATE FUNCTION public.refuse_when_weak() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('synchronous_commit') <> 'on' OR current_setting('transaction_isolation') <> 'read committed' THEN RAISE EXCEPTION 'weak'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER weak BEFORE INSERT OR UPDATE ON signalbox.visitors EXECUTE FUNCTION public.refuse_when_weak();
            """);
        Assert.Equal(StoreOutcome.Committed, await storage.Stores.Visitors.Write(Visitor));

        var database = new NpgsqlConnectionStringBuilder(text).Database;
        Databases.Run(text, $"ALTER DATABASE {database} SET synchronous_commit = off; ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'");
        await BreakConnections(text, storage.Stores.Visitors);

        // A connection that is new, and the same when it has been handed back.
        Assert.Equal(StoreOutcome.Committed, await storage.Stores.Visitors.Write(Visitor with { Version = 2 }));
        Assert.Equal(StoreOutcome.Committed, await storage.Stores.Visitors.Write(Visitor with { Version = 3 }));
    });

    [DatabaseFact]
    public async Task Text_in_another_encoding_is_refused()
    {
        var text = Databases.Create();
        var latin = new NpgsqlConnectionStringBuilder(text) { Database = $"latin_{Environment.ProcessId}" };
        Databases.Run(text, $"CREATE DATABASE {latin.Database} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        await AssertRefused(latin.ConnectionString, "encoding is LATIN1");
        Databases.Drop(latin.ConnectionString);
        Databases.Drop(text);
    }

    [DatabaseFact]
    public async Task A_newer_versions_database_is_refused_and_left_alone() => await InDatabase(async text =>
    {
        await (await Open(text)).DisposeAsync();
        Databases.Run(text, "UPDATE signalbox.schema_version SET version = 99");

        await AssertRefused(text, "newer version of Signalbox: its schema is 99");
        Assert.Equal(99, Databases.Ask<int>(text, "SELECT version FROM signalbox.schema_version"));
    });

    [DatabaseFact]
    public async Task Another_programs_schema_of_our_name_is_refused_and_an_empty_one_is_taken() => await InDatabase(async text =>
    {
        Databases.Run(text, "CREATE SCHEMA signalbox; CREATE TABLE signalbox.theirs (id integer)");
        await AssertRefused(text, "another program's");

        Databases.Run(text, "DROP TABLE signalbox.theirs");
        await using var storage = await Open(text);
    });

    [DatabaseFact]
    public async Task Processes_that_start_at_the_same_time_make_the_tables_once() => await InDatabase(async text =>
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open(text))));

        Assert.Equal(1, Databases.Ask<long>(text, "SELECT count(*) FROM signalbox.schema_version"));
        for (var number = 0; number < all.Length; number++)
        {
            await all[number].Stores.Journal.MustAppend(1, Records.Make(number + 1));
            await all[number].DisposeAsync();
        }
    });

    [DatabaseFact]
    public async Task A_process_that_runs_alone_is_let_in_alone() => await InDatabase(async text =>
    {
        var alone = await Open(text, DatabaseUse.Alone);
        await AssertRefused(text, "in use by another process", DatabaseUse.Alone);
        await AssertRefused(text, "in use by a process that runs alone");
        await alone.DisposeAsync();

        await using var one = await Open(text);
        await using var another = await Open(text);
        await AssertRefused(text, "in use by another process", DatabaseUse.Alone);
    });

    [DatabaseFact]
    public async Task The_lock_of_use_is_taken_again_when_its_connection_broke() => await InDatabase(async text =>
    {
        await using var alone = await Open(text, DatabaseUse.Alone);
        const string holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        var first = Databases.Ask<int>(text, holder);
        Databases.Run(text, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_terminate_backend({first}, 5000)"));

        await Eventually.Holds(() => Databases.Ask<int>(text, holder) is var second && second != 0 && second != first);
        await AssertRefused(text, "in use by another process", DatabaseUse.Alone);
    });

    private static Task<PostgresStorage> Open(string text, DatabaseUse use = DatabaseUse.Shared) => PostgresStorage.Open(text, new FakeTime(), use);

    private static async Task InDatabase(Func<string, Task> test)
    {
        var text = Databases.Create();
        try
        {
            await test(text);
        }
        finally
        {
            Databases.Drop(text);
        }
    }

    private static async Task AssertRefused(string text, string expected, DatabaseUse use = DatabaseUse.Shared)
    {
        var refusal = await Assert.ThrowsAsync<DatabaseException>(() => Open(text, use));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Ends every other connection to the database, which the next write finds out.</summary>
    private static async Task BreakConnections(string text, IVisitorStore visitors)
    {
        Databases.Run(text, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        var nobody = new VisitorRow(new VisitorKey(1, "nobody"), 2, DateTimeOffset.UnixEpoch, default);
        Assert.Equal(StoreOutcome.Unknown, await visitors.Write(nobody));
    }
}
