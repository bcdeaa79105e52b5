using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Signalbox.Silo.Tests;

public sealed class LostCallsTests
{
    private readonly Lines lines = new();
    private readonly ManualTime time = new();

    [Fact]
    public void Each_kind_of_lost_call_is_said_once_a_second_with_how_many_there_were()
    {
        var lost = new LostCalls(lines, time);
        for (var call = 0; call < 5; call++) lost.Note("a container", new TimeoutException());
        lost.Note("a workspace", new TimeoutException());
        Assert.Equal(["1 calls to a container were lost: TimeoutException", "1 calls to a workspace were lost: TimeoutException"], lines.Said);

        time.Seconds = 1;
        lost.Note("a container", new TimeoutException());
        Assert.Equal("5 calls to a container were lost: TimeoutException", lines.Said[^1]);
    }

    [Fact]
    public void What_an_exception_says_is_not_said_for_it_may_hold_what_an_event_holds()
    {
        var lost = new LostCalls(lines, time);
        lost.Note("a container", new InvalidOperationException("jane@example.com"));
        lost.Note("a container", new OrleansException("jane@example.com"));
        Assert.Equal(2, lines.Said.Count);
        Assert.All(lines.Said, line => Assert.DoesNotContain("jane", line));
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add(formatter(state, exception));
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Seconds * 1000;
    }
}
