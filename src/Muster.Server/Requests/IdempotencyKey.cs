using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

using Muster.Core;
using Muster.Server.Problems;

namespace Muster.Server.Requests;

/// <summary>
/// The <c>Idempotency-Key</c> header: a repeated request to make something returns what the first one made.
/// </summary>
/// <remarks>
/// There is no table of keys: the id of what is made follows from account, kind and key (RFC 9562, version 8), so the repeat
/// finds it under the same id, whenever it comes and whichever server answers.
/// </remarks>
/// <param name="Key">As sent, without quotes.</param>
internal sealed record IdempotencyKey(string Key)
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Longest key, in characters.</summary>
    public const int LengthMax = 255;

    /// <returns>The key; null when none was sent.</returns>
    /// <exception cref="ProblemException">It is malformed.</exception>
    public static IdempotencyKey? Of(HttpRequest request)
    {
        var header = request.Headers[Header];
        if (header.Count == 0)
        {
            return null;
        }

        // A structured header's string has quotes; many clients send none.
        var key = header.ToString();
        var bare = key is ['"', .. var inner, '"'] ? inner : key;
        return header.Count == 1 && bare.Length is >= 1 and <= LengthMax && bare.All(c => c is > ' ' and <= '~' and not '"')
            ? new(bare)
            : throw ProblemException.About(
                ProblemKinds.MalformedHeader, Header, key.Length <= 60 ? key : $"{key.Length} characters",
                $"one key of 1 to {LengthMax} visible ASCII characters without quotes or spaces");
    }

    /// <summary>The id of the thing of this kind that the key makes in the account.</summary>
    public Guid IdFor(AccountId account, string kind) => IdFor(account, kind, content: default);

    /// <summary>An id that also depends on what was sent with the key.</summary>
    public Guid IdFor(AccountId account, string kind, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.ASCII.GetBytes($"muster {kind}"));
        Append(hash, account.Value.ToByteArray(bigEndian: true));
        Append(hash, Encoding.ASCII.GetBytes(Key));
        Append(hash, content);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)(0x80 | (digest[6] & 0x0F));
        digest[8] = (byte)(0x80 | (digest[8] & 0x3F));
        return new(digest[..16], bigEndian: true);
    }

    /// <summary>With its length before it, so that no two sequences of parts read the same.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
