using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Serving;

/// <summary>What callers of the page must know.</summary>
internal sealed class AccessToken
{
    private const int MinLength = 12;
    private const int MaxFile = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _key;

    /// <summary>Takes a token.</summary>
    /// <param name="text">The token.</param>
    /// <param name="origin">Where it comes from, for messages.</param>
    /// <exception cref="VideoStyleException">It is empty, or so short that it can be guessed (Usage).</exception>
    public AccessToken(string text, string origin)
    {
        var trimmed = text.Trim();
        if (trimmed.Length < MinLength)
            throw new VideoStyleException(
                ErrorKind.Usage,
                trimmed.Length == 0 ? $"{origin}: the token is empty." : $"{origin}: the token has {trimmed.Length} characters; {MinLength} are the least.",
                "Make one with: head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n'");
        _key = Encoding.UTF8.GetBytes(trimmed);
    }

    /// <summary>Reads the token in a file; blanks and line breaks around it do not count.</summary>
    /// <exception cref="VideoStyleException">The file cannot be read, or holds no token (Usage).</exception>
    public static AccessToken Read(string file)
    {
        try
        {
            return new AccessToken(RegularFile.ReadAllText(file, MaxFile), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Usage, $"--token-file {file}: cannot be read ({e.Message.TrimEnd('.')}).", "Name a file that holds the token.", e);
        }
    }

    /// <summary>Makes a token and keeps it in a file that only its owner can read, or takes the one that an earlier run kept.</summary>
    /// <exception cref="VideoStyleException">The file cannot be written (Output).</exception>
    public static AccessToken Keep(string file)
    {
        try
        {
            if (UnixFile.KindOf(file, followLinks: false) == FileKind.Regular && (UnixFile.ModeOf(file) | OwnerOnly) == OwnerOnly && new FileInfo(file).Length > 0)
                return Read(file);
            File.Delete(file); // others may have read it, or chosen it
            var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
            using (var created = UnixFile.CreateNew(file, OwnerOnly))
                RandomAccess.Write(created, Encoding.ASCII.GetBytes(token + "\n"), 0);
            return new AccessToken(token, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{file}: the token of the page cannot be kept ({e.Message.TrimEnd('.')}).", "Name one with --token-file.", e);
        }
    }

    /// <summary>Tells in constant time whether a text is the token.</summary>
    public bool Is(string? text) => text is not null && SameText(Encoding.UTF8.GetBytes(text.Trim()), _key);

    /// <summary>Gets what the browser keeps of one that has proved to know the token; the token cannot be had from it.</summary>
    /// <param name="port">The page's port: what one page hands out does not open another.</param>
    public string Pass(int port) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"videostyle page {port}"))));

    /// <summary>Tells in constant time whether a text is a page's pass.</summary>
    public bool IsPass(string? text, int port) => text is not null && SameText(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Pass(port)));

    // The digests have one length, so nothing is told of the token's.
    private static bool SameText(byte[] given, byte[] expected) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(given), SHA256.HashData(expected));
}
