using Signalbox.Core.Ports;
using Signalbox.Servers;
using Signalbox.Storage.Postgres;

namespace Signalbox.Storage.Tests.Harness;

/// <summary>A database of the test's own.</summary>
public sealed class PostgresHarness : IStorageHarness
{
    private PostgresStorage storage;
    private bool mayBeFull;

    public PostgresHarness()
    {
        ConnectionString = Databases.Create();
        storage = Open();
    }

    public string ConnectionString { get; }

    public Stores Stores => storage.Stores;

    public FakeTime Time { get; } = new();

    /// <summary>A disk that is full refuses with a code of its own, in the middle of a statement. Here triggers do so, without a disk.</summary>
    public long CapacityBytes
    {
        set
        {
            if (!mayBeFull) Databases.Run(ConnectionString, FullDisk);
            mayBeFull = true;
            Databases.Run(ConnectionString, value == 0 ? "INSERT INTO public.full_disk VALUES (1)" : "DELETE FROM public.full_disk");
        }
    }

    private static string FullDisk => """
        CREATE TABLE public.full_disk (id integer);
        CREATE FUNCTION public.refuse_when_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT FROM public.full_disk) THEN
                RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
            END IF;
            RETURN NULL;
        END $$;
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'signalbox'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
                EXECUTE format('CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON signalbox.%I EXECUTE FUNCTION public.refuse_when_full()', name);
            END LOOP;
        END $$;
        """;

    /// <summary>Another process on the same database.</summary>
    public PostgresStorage Open() => Wait(() => PostgresStorage.Open(ConnectionString, Time, DatabaseUse.Shared));

    public void Reopen()
    {
        Close();
        storage = Open();
    }

    public void Dispose()
    {
        Close();
        Databases.Drop(ConnectionString);
    }

    private void Close() => Wait(async () =>
    {
        await storage.DisposeAsync();
        return true;
    });

    // Away from the test's own context, which would be waiting.
    private static T Wait<T>(Func<Task<T>> task) => Task.Run(task).GetAwaiter().GetResult();
}
