using Signalbox.Core.Containers;

namespace Signalbox.Core.Ports;

/// <summary>
/// The containers' journals. Events of a container are numbered by <c>seq</c> from 1 without gaps; a record holds the events of one
/// append together. Reads throw <see cref="StoreUnavailableException"/> when the store cannot be read.
/// </summary>
public interface IJournalStore
{
    /// <summary>The container's last seq, with what had been counted by then.</summary>
    Task<JournalHead> ReadHead(int container);

    /// <summary>
    /// Moves the head from <see cref="JournalRecord.FirstSeq"/> − 1 to <see cref="JournalRecord.LastSeq"/> and inserts the record, both or
    /// neither, durably. A head that stands elsewhere is a <see cref="StoreOutcome.Conflict"/> (I2).
    /// </summary>
    /// <param name="totals">The container's <see cref="RouteTotals"/> as of this record, stored with the head.</param>
    Task<StoreOutcome> Append(int container, JournalRecord record, ReadOnlyMemory<byte> totals);

    /// <summary>Records that end after <paramref name="afterSeq"/>, ascending and without gaps, until their bodies exceed
    /// <paramref name="maxBytes"/>; at least one where there is any.</summary>
    Task<IReadOnlyList<JournalRecord>> Read(int container, long afterSeq, int maxBytes);

    /// <summary>As <see cref="Read"/> but without bodies: records that end after <paramref name="afterSeq"/> and were appended at or after
    /// <paramref name="since"/>, <paramref name="maxRecords"/> at the most.</summary>
    Task<IReadOnlyList<JournalRecord>> ReadHeaders(int container, long afterSeq, DateTimeOffset since, int maxRecords);

    /// <summary>The record that holds <paramref name="seq"/>, without its body; null when there is none any more.</summary>
    Task<JournalRecord?> FindHeaders(int container, long seq);

    /// <summary>Forgets records of all containers that were appended before <paramref name="before"/>, which is a UTC midnight: a store may
    /// keep days, and forget them whole. Heads and totals stay. Whoever calls has copied what is unfinished.</summary>
    Task DropBefore(DateTimeOffset before);
}

/// <summary>One append's events.</summary>
/// <param name="FirstSeq">The first event's seq.</param>
/// <param name="Count">How many events, one or more.</param>
/// <param name="Time">When they were accepted: the container's time, in UTC to the millisecond, never before the record before it.</param>
/// <param name="AppendId">Chosen at random by the writer, so that it knows its own record again after an unanswered append.</param>
/// <param name="Headers">The events' headers (<see cref="RecordCodec"/>).</param>
/// <param name="Body">The events' bytes, one after the other as the headers say; empty where a read leaves bodies out.</param>
public sealed record JournalRecord(
    long FirstSeq,
    int Count,
    DateTimeOffset Time,
    Guid AppendId,
    ReadOnlyMemory<byte> Headers,
    ReadOnlyMemory<byte> Body)
{
    public long LastSeq => FirstSeq + Count - 1;
}

/// <param name="Seq">The last seq; 0 when nothing was appended yet.</param>
/// <param name="Time">The last record's time; <see cref="DateTimeOffset.MinValue"/> when there is none.</param>
/// <param name="Totals">What the last append stored.</param>
public sealed record JournalHead(long Seq, DateTimeOffset Time, ReadOnlyMemory<byte> Totals);
