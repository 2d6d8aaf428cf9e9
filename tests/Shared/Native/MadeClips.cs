using System.Buffers.Binary;
using System.Text;

namespace VideoStyle.Tests;

/// <summary>Clips with what FFmpeg's own programs cannot write.</summary>
internal static class MadeClips
{
    /// <summary>A second of H.264 whose frames carry closed captions (A53).</summary>
    internal static void WithCaptions(string path)
    {
        var raw = path + ".h264";
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "0", raw);
        // A NAL unit of supplemental information (6), user data of ITU-T T.35 (4), 14 bytes: one pair of characters.
        byte[] captions = [0, 0, 0, 1, 6, 4, 14, 0xB5, 0, 0x31, .. "GA94"u8, 3, 0xC1, 0xFF, 0xFC, 0x94, 0x2C, 0xFF, 0x80];
        var bytes = File.ReadAllBytes(raw);
        using (var file = File.Create(raw))
            for (var i = 0; i < bytes.Length; i++)
            {
                if (i + 4 < bytes.Length && bytes.AsSpan(i, 3).SequenceEqual<byte>([0, 0, 1]) && (bytes[i + 3] & 31) is 1 or 5)
                    file.Write(captions);
                file.WriteByte(bytes[i]);
            }

        FFmpegTool.Make("-fflags", "+genpts", "-r", "25", "-i", raw, "-c", "copy", path);
    }

    /// <summary>An MP4 that says it is 360° video, by the box that cameras and YouTube's tool write.</summary>
    internal static void Spherical(string path)
    {
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.2", "-pix_fmt", "yuv420p", "-c:v", "libx264", path);
        var xml = Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\"?><rdf:SphericalVideo xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
                + "xmlns:GSpherical=\"http://ns.google.com/videos/1.0/spherical/\"><GSpherical:Spherical>true</GSpherical:Spherical>"
                + "<GSpherical:Stitched>true</GSpherical:Stitched><GSpherical:StitchingSoftware>test</GSpherical:StitchingSoftware>"
                + "<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType></rdf:SphericalVideo>");
        byte[] box = [0, 0, 0, 0, .. "uuid"u8, .. Convert.FromHexString("ffcc8263f8554a938814587a02521fdd"), .. xml];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        var bytes = File.ReadAllBytes(path);
        var movie = Box(bytes, 0, "moov"u8);
        var track = Box(bytes, movie + 8, "trak"u8);
        var end = track + Size(bytes, track);
        Grow(bytes, movie, box.Length);
        Grow(bytes, track, box.Length);
        // The movie is the last box, so that nothing that is pointed to moves.
        File.WriteAllBytes(path, [.. bytes[..end], .. box, .. bytes[end..]]);
    }

    private static int Box(byte[] bytes, int at, ReadOnlySpan<byte> name)
    {
        while (!bytes.AsSpan(at + 4, 4).SequenceEqual(name))
            at += Size(bytes, at);
        return at;
    }

    private static int Size(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static void Grow(byte[] bytes, int at, int by) => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), Size(bytes, at) + by);
}
