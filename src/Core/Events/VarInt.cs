namespace Signalbox.Core.Events;

/// <summary>Integers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow.</summary>
public static class VarInt
{
    public const int MaxSize = 10;

    public static int Write(Span<byte> target, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        target[length++] = (byte)value;
        return length;
    }

    /// <returns>How many bytes were read.</returns>
    /// <exception cref="InvalidDataException">The bytes end inside a number, or hold one of more than 64 bits.</exception>
    public static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var index = 0; index < Math.Min(source.Length, MaxSize); index++)
        {
            value |= (ulong)(source[index] & 0x7f) << (7 * index);
            if (source[index] < 0x80) return index + 1;
        }
        throw new InvalidDataException("a variable-size integer does not end");
    }
}
