using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

using Muster.Core;

namespace Muster.Server.Reporting;

/// <summary>
/// A token that speaks for one instance alone, and only of its health: <c>msi_</c> and 91 characters of base64url. It says which group
/// and launch it is of, and a key of the installation proves that.
/// </summary>
/// <param name="Key">The number of the key.</param>
/// <param name="Group">The instance's group.</param>
/// <param name="Launch">The launch that made the instance.</param>
internal readonly record struct ReportToken(int Key, GroupId Group, LaunchId Launch)
{
    /// <summary>How every token starts, so that scanners for leaked secrets know it.</summary>
    public const string Prefix = "msi_";

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    private const int PlainBytes = 4 + 16 + 16;
    private const int Bytes = PlainBytes + HMACSHA256.HashSizeInBytes;
    private const int Length = 91;

    /// <summary>Its text.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="installation">This installation.</param>
    /// <param name="account">Whose the group is.</param>
    public string Write(ReadOnlySpan<byte> secret, InstallationId installation, AccountId account)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        WritePlain(bytes);
        Prove(secret, installation, account, bytes[PlainBytes..]);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>What a text claims to be, and what is to prove it; false for what cannot be a token.</summary>
    public static bool TryRead(string text, out ReportToken token, out byte[] proof)
    {
        token = default;
        proof = [];
        if (text.Length != Prefix.Length + Length || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Bytes];
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(Prefix.Length), bytes, out var written) || written != Bytes)
        {
            return false;
        }

        token = new(
            BinaryPrimitives.ReadInt32BigEndian(bytes), new(new Guid(bytes.Slice(4, 16), bigEndian: true)),
            new(new Guid(bytes.Slice(20, 16), bigEndian: true)));
        proof = bytes[PlainBytes..].ToArray();
        return true;
    }

    /// <summary>Whether a key made the proof; takes as long for a wrong one as for the right one.</summary>
    public bool IsProvenBy(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> secret, InstallationId installation, AccountId account)
    {
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Prove(secret, installation, account, right);
        return CryptographicOperations.FixedTimeEquals(proof, right);
    }

    private void WritePlain(Span<byte> into)
    {
        BinaryPrimitives.WriteInt32BigEndian(into, Key);
        Group.Value.TryWriteBytes(into[4..], bigEndian: true, out _);
        Launch.Value.TryWriteBytes(into[20..], bigEndian: true, out _);
    }

    private void Prove(ReadOnlySpan<byte> secret, InstallationId installation, AccountId account, Span<byte> into)
    {
        Span<byte> said = stackalloc byte[PlainBytes + 32];
        WritePlain(said);
        installation.Value.TryWriteBytes(said[PlainBytes..], bigEndian: true, out _);
        account.Value.TryWriteBytes(said[(PlainBytes + 16)..], bigEndian: true, out _);
        HMACSHA256.HashData(secret, said, into);
    }
}
