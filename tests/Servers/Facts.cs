namespace Signalbox.Servers;

/// <summary>A test that needs a database of its own; skipped where there can be none.</summary>
public sealed class DatabaseFactAttribute : FactAttribute
{
    public DatabaseFactAttribute() => Skip = Databases.WhyNone;
}

/// <inheritdoc cref="DatabaseFactAttribute"/>
public sealed class DatabaseTheoryAttribute : TheoryAttribute
{
    public DatabaseTheoryAttribute() => Skip = Databases.WhyNone;
}

/// <summary>A test that starts and stops a PostgreSQL of its own; skipped where there is none.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyNone;
}

/// <summary>A test that starts and stops a Redis of its own; skipped where there is none.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.WhyNone;
}
