using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

using Google.Protobuf;

namespace Muster.Terraform.Rpc;

/// <summary>Messages in a body: a byte that says whether one is compressed, its length in four bytes, and the message.</summary>
/// <remarks>https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message".</remarks>
internal static class MessageFrames
{
    private const int HeaderBytes = 5;

    /// <summary>The one message of a body.</summary>
    /// <exception cref="RpcException">There is none, more than one, or one that is too large, compressed or damaged.</exception>
    public static async Task<T> ReadOneAsync<T>(PipeReader body, MessageParser<T> parser, int bytesMax, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (LengthOf(read.Buffer) is { } length)
            {
                if (length > bytesMax)
                {
                    throw new RpcException(RpcStatus.ResourceExhausted, $"a message of {length} bytes: {bytesMax} are taken at most");
                }

                if (read.Buffer.Length > HeaderBytes + length)
                {
                    throw new RpcException(RpcStatus.Internal, "more than one message in a call that takes one");
                }

                if (read.IsCompleted && read.Buffer.Length == HeaderBytes + length)
                {
                    var message = Parse(parser, read.Buffer.Slice(HeaderBytes, length));
                    body.AdvanceTo(read.Buffer.End);
                    return message;
                }
            }

            if (read.IsCompleted)
            {
                throw new RpcException(RpcStatus.Internal, "the body ends before its message does");
            }

            // All of it was looked at and none taken: the next read has more.
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static void Write(IBufferWriter<byte> body, IMessage message)
    {
        var header = body.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], message.CalculateSize());
        body.Advance(HeaderBytes);
        message.WriteTo(body);
    }

    /// <returns>Null while its header is not there.</returns>
    private static uint? LengthOf(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < HeaderBytes)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        return header[0] is 0
            ? BinaryPrimitives.ReadUInt32BigEndian(header[1..])
            : throw new RpcException(RpcStatus.Unimplemented, "the message is compressed: none but identity is taken");
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> bytes) where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new RpcException(RpcStatus.Internal, $"the message is damaged: {error.Message}");
        }
    }
}
