using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Signalbox.Grains.Interfaces;

/// <summary>Has an array as one message. Orleans takes arrays apart by itself, unless their very type is registered.</summary>
internal sealed class MessageArrayCodec<T>(MessageCodec codec) : IFieldCodec<T[]>, IDeepCopier<T[]>
{
    private readonly IFieldCodec codec = codec;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] T[] value)
        where TBufferWriter : IBufferWriter<byte> => codec.WriteField(ref writer, fieldIdDelta, expectedType, value);

    public T[] ReadValue<TInput>(ref Reader<TInput> reader, Field field) => (T[])codec.ReadValue(ref reader, field)!;

    public T[] DeepCopy(T[] input, CopyContext context) => input;
}
