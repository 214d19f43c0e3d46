using System.Buffers;
using System.Buffers.Binary;
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

    /// <summary>Says in an answer that what it shows was made by an earlier request.</summary>
    public static void MarkReplayed(HttpResponse response) => response.Headers["Idempotent-Replayed"] = "true";

    /// <summary>The id of the thing of this kind that the key makes in the account.</summary>
    public Guid IdFor(AccountId account, string kind) => IdFor(account, kind, content: default);

    /// <summary>An id that also depends on what was sent with the key.</summary>
    public Guid IdFor(AccountId account, string kind, ReadOnlySpan<byte> content)
    {
        var input = new ArrayBufferWriter<byte>();
        Append(input, Encoding.ASCII.GetBytes($"muster {kind}"));
        Append(input, account.Value.ToByteArray(bigEndian: true));
        Append(input, Encoding.ASCII.GetBytes(Key));
        Append(input, content);
        return StableId.From(input.WrittenSpan);
    }

    /// <summary>With its length before it, so that no two sequences of parts read the same.</summary>
    private static void Append(ArrayBufferWriter<byte> input, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32BigEndian(input.GetSpan(sizeof(int)), part.Length);
        input.Advance(sizeof(int));
        input.Write(part);
    }
}
