using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;
using Signalbox.Core.Containers;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Grains.Interfaces;

/// <summary>
/// The one codec and copier for what actors say to each other. Within a silo the same reference arrives: none of it is changed once it was said.
/// Between silos it goes in Core's own bytes, behind the wire version and the kind.
/// </summary>
/// <remarks>
/// While a cluster is upgraded silo by silo, two versions talk to each other. A process refuses a version it does not know, and the call fails as
/// if the silo were away; so a release that raises the version reads the one before, and goes on writing it.
/// </remarks>
[Alias("signalbox")]
public sealed class MessageCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    internal const byte Version = 1;

    private const int PrefixSize = 2;

    private static readonly Type Self = typeof(MessageCodec);

    private static readonly Type[] Messages =
    [
        typeof(IReadOnlyList<NewEvent>), typeof(IReadOnlyList<Acceptance>), typeof(JournalRecord), typeof(VisitorTouch), typeof(VisitorRecord), typeof(QuotaGrant),
    ];

    // The numbers go over the wire.
    private enum Kind : byte
    {
        NewEvents = 1, Acceptances = 2, JournalRecord = 3, VisitorTouch = 4, VisitorRecord = 5, QuotaGrant = 6,
    }

    bool IGeneralizedCodec.IsSupportedType(Type type) => type == Self || IsMessage(type);

    bool IGeneralizedCopier.IsSupportedType(Type type) => IsMessage(type);

    bool? ITypeFilter.IsTypeAllowed(Type type) => type == Self || IsMessage(type) ? true : null;

    object? IDeepCopier.DeepCopy(object? input, CopyContext context) => input;

    void IFieldCodec.WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] object? value)
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        var (kind, bytes) = Encode(value);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, Self, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)(PrefixSize + bytes.Length));
        writer.WriteByte(Version);
        writer.WriteByte((byte)kind);
        writer.Write(bytes);
    }

    /// <exception cref="InvalidDataException">The message is of a version or a kind that this process does not know.</exception>
    object? IFieldCodec.ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference) return ReferenceCodec.ReadReference(ref reader, field.FieldType);
        field.EnsureWireType(WireType.LengthPrefixed);
        var size = reader.ReadVarUInt32();
        var version = reader.ReadByte();
        if (version != Version) throw new InvalidDataException($"a message of wire version {version}; this process reads version {Version}");
        var kind = (Kind)reader.ReadByte();
        var message = Decode(kind, reader.ReadBytes(size - PrefixSize));
        ReferenceCodec.RecordObject(reader.Session, message);
        return message;
    }

    private static bool IsMessage(Type type) => Array.Exists(Messages, message => message.IsAssignableFrom(type));

    private static (Kind Kind, byte[] Bytes) Encode(object message) => message switch
    {
        IReadOnlyList<NewEvent> events => (Kind.NewEvents, NewEventsCodec.Encode(events)),
        IReadOnlyList<Acceptance> answers => (Kind.Acceptances, AcceptancesCodec.Encode(answers)),
        JournalRecord record => (Kind.JournalRecord, JournalRecordCodec.Encode(record)),
        VisitorTouch touch => (Kind.VisitorTouch, touch.ToBytes()),
        VisitorRecord visitor => (Kind.VisitorRecord, visitor.ToBytes()),
        QuotaGrant grant => (Kind.QuotaGrant, QuotaGrantCodec.Encode(grant)),
        _ => throw new ArgumentException($"{message.GetType()} is not said between actors", nameof(message)),
    };

    private static object Decode(Kind kind, ReadOnlyMemory<byte> bytes) => kind switch
    {
        Kind.NewEvents => NewEventsCodec.Decode(bytes),
        Kind.Acceptances => AcceptancesCodec.Decode(bytes),
        Kind.JournalRecord => JournalRecordCodec.Decode(bytes),
        Kind.VisitorTouch => VisitorTouch.FromBytes(bytes),
        Kind.VisitorRecord => VisitorRecord.FromBytes(bytes),
        Kind.QuotaGrant => QuotaGrantCodec.Decode(bytes),
        _ => throw new InvalidDataException($"a message of unknown kind {(byte)kind}"),
    };
}
