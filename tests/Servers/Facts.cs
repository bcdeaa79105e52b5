namespace Signalbox.Servers;

/// <summary>A test that needs a database of its own; skipped where there can be none.</summary>
public sealed class DatabaseFactAttribute : FactAttribute
{
    public DatabaseFactAttribute() => Skip = Databases.WhyNone;
}

/// <summary>A test that starts and stops a PostgreSQL of its own; skipped where there is none.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyNone;
}
