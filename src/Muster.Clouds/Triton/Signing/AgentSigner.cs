using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Net.Sockets;
using System.Numerics;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Triton.Signing;

/// <summary>A key that an ssh-agent holds and signs with (draft-miller-ssh-agent).</summary>
/// <param name="socket">The agent's socket.</param>
/// <param name="publicKey">Which of its keys.</param>
/// <param name="wantsSha512">Whether an RSA key hashes with SHA-512.</param>
internal sealed class AgentSigner(string socket, byte[] publicKey, bool wantsSha512) : ISigner
{
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    /// <summary>An agent's answers are small; more is no agent.</summary>
    private const int AnswerBytesMax = 256 * 1024;

    private readonly string _type = new SshReader(publicKey).ReadText();

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    public string Algorithm => _type switch
    {
        "ssh-rsa" => wantsSha512 ? "rsa-sha512" : "rsa-sha256",
        "ecdsa-sha2-nistp256" => "ecdsa-sha256",
        "ecdsa-sha2-nistp384" => "ecdsa-sha384",
        "ecdsa-sha2-nistp521" => "ecdsa-sha512",
        _ => "ed25519-sha512",
    };

    /// <summary>Asks the agent for the key of that fingerprint.</summary>
    /// <exception cref="FormatException">There is no agent, or it has no such key; the message says what is allowed.</exception>
    public static async Task<AgentSigner> FindAsync(
        string socket, string fingerprint, bool wantsSha512, CancellationToken cancellationToken)
    {
        try
        {
            var answer = new SshReader(await AskAsync(socket, [RequestIdentities], cancellationToken));
            var keys = answer.ReadByte() is IdentitiesAnswer ? answer.ReadNumber() : 0;
            for (var i = 0; i < keys; i++)
            {
                var key = answer.ReadBytes();
                answer.ReadText();
                if (Fingerprint.Matches(fingerprint, key))
                {
                    return IsKnown(new SshReader(key).ReadText())
                        ? new(socket, key, wantsSha512)
                        : throw new FormatException("a key of RSA, ECDSA or Ed25519");
                }
            }

            throw new FormatException($"the MD5 or SHA256 fingerprint of a key in the agent at {socket}, which has {keys} others");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new FormatException($"the fingerprint of a key in a running ssh-agent ({Why(socket, error)})", error);
        }
    }

    public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        // Agents hash RSA with SHA-1 unless a flag asks for better.
        var flags = _type is "ssh-rsa" ? (wantsSha512 ? 4u : 2u) : 0u;
        var request = new SshWriter().Add(SignRequest).Add(publicKey).Add(text.Span).Add(flags).ToArray();
        try
        {
            var answer = new SshReader(await AskAsync(socket, request, cancellationToken));
            if (answer.ReadByte() is not SignResponse)
            {
                throw new CloudException(
                    CloudErrorKind.Unauthorized,
                    $"the ssh-agent at {socket} does not sign with {Fingerprint.Md5(publicKey)}: is the key still in it?");
            }

            var signature = new SshReader(answer.ReadBytes());
            signature.ReadText();
            var value = signature.ReadBytes();
            return _type.StartsWith("ecdsa", StringComparison.Ordinal) ? Der(value) : value;
        }
        catch (Exception error) when (error is SocketException or IOException or FormatException)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"the ssh-agent does not answer: {Why(socket, error)}", innerException: error);
        }
    }

    public void Dispose()
    {
        // Nothing is held: each signature is a connection of its own.
    }

    private static bool IsKnown(string type) =>
        type is "ssh-rsa" or "ssh-ed25519" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521";

    /// <summary>SSH gives the two numbers one after the other, CloudAPI wants them as an ASN.1 sequence.</summary>
    private static byte[] Der(byte[] value)
    {
        var numbers = new SshReader(value);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(numbers.ReadInteger(), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(numbers.ReadInteger(), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    private static string Why(string socket, Exception error) =>
        SocketFile.Describe(socket, error, ["ssh-agent"], "say with agent_socket or SSH_AUTH_SOCK where one listens");

    private static async Task<byte[]> AskAsync(string socket, byte[] request, CancellationToken cancellationToken)
    {
        await using var stream = await SocketFile.ConnectAsync(socket, cancellationToken);
        await stream.WriteAsync(new SshWriter().Add(request).ToArray(), cancellationToken);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var size = BinaryPrimitives.ReadUInt32BigEndian(length);
        var answer = new byte[size <= AnswerBytesMax ? size : throw new IOException("the answer is no ssh-agent's")];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer;
    }
}
