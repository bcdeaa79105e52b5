using System.Text;

namespace Signalbox.Core.Containers;

/// <summary>A container's answers on their way back to a door in another process: how many, then per answer the status, the id, and the time in ticks.</summary>
public static class AcceptancesCodec
{
    public static byte[] Encode(IReadOnlyList<Acceptance> answers)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write7BitEncodedInt(answers.Count);
        foreach (var (status, id, at) in answers)
        {
            writer.Write((byte)status);
            writer.Write(id);
            writer.Write(at.UtcTicks);
        }
        return bytes.ToArray();
    }

    public static Acceptance[] Decode(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false), Encoding.UTF8);
        var answers = new Acceptance[reader.Read7BitEncodedInt()];
        for (var index = 0; index < answers.Length; index++)
        {
            var status = (AcceptStatus)reader.ReadByte();
            var id = reader.ReadString();
            answers[index] = new Acceptance(status, id, new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
        }
        return answers;
    }
}
