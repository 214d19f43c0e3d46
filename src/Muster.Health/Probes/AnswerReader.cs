using System.Globalization;
using System.Text;

namespace Muster.Health.Probes;

/// <summary>Reads one HTTP/1 answer as RFC 9112 says, and no more of it than anybody could mean.</summary>
/// <remarks>
/// Muster's own, since the platform's client keeps two buffers of 4 KiB and two pools' records for each idle connection: 10,000 instances
/// would cost more memory than all the rest of a server. See docs/decisions/0345-probes-speak-http-themselves.md.
/// </remarks>
/// <param name="stream">The connection.</param>
/// <param name="buffer">Where it is read into; no line is longer than that.</param>
internal sealed class AnswerReader(Stream stream, byte[] buffer)
{
    /// <summary>Most that is read of a body.</summary>
    public const int BodyMax = 64 * 1024;

    // Many times what any server sends, in all lines before a body together.
    private const int HeadMax = 64 * 1024;

    private int _start;
    private int _end;
    private int _head;

    /// <summary>Whether the whole answer was read, and the connection may carry another.</summary>
    public bool CanGoOn { get; private set; }

    /// <summary>Reads the head, and past all interim answers.</summary>
    /// <param name="isHead">Whether it answers a HEAD, so that no body follows whatever it says.</param>
    /// <param name="busyHeader">The header that says how busy whoever answers is; nothing for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the connection ended before the first byte.</returns>
    /// <exception cref="ProbeException">It is not HTTP/1, or breaks off.</exception>
    public async ValueTask<AnswerHead?> ReadHeadAsync(bool isHead, ReadOnlyMemory<byte> busyHeader, CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken))
        {
            return null;
        }

        while (true)
        {
            var head = new AnswerHead { IsBodiless = isHead, BusyHeader = busyHeader };
            head.TakeStatus((await LineAsync(cancellationToken)).Span);
            while (true)
            {
                var line = await LineAsync(cancellationToken);
                if (line.IsEmpty)
                {
                    break;
                }

                // A line that begins with a blank goes on with the one before (obs-fold), and is of no header that counts.
                if (line.Span[0] is not ((byte)' ' or (byte)'\t'))
                {
                    head.TakeHeader(line.Span);
                }
            }

            // 101 ends HTTP on this connection.
            if (head.Status is >= 200 or 101)
            {
                return head;
            }
        }
    }

    /// <summary>Reads the body, at most <see cref="BodyMax"/> of it.</summary>
    /// <param name="head">What says how it ends.</param>
    /// <param name="finder">Looks for something in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProbeException">It breaks off.</exception>
    public async ValueTask ReadBodyAsync(AnswerHead head, TextFinder finder, CancellationToken cancellationToken)
    {
        var isWhole = head.HasNoBody
            || (head.IsChunked
                ? await ReadChunksAsync(finder, cancellationToken)
                : await ReadBytesAsync(head.Length ?? long.MaxValue, BodyMax, isOpen: head.Length is null, finder, cancellationToken));
        CanGoOn = isWhole && !head.Closes && _start == _end;
    }

    private async ValueTask<bool> ReadChunksAsync(TextFinder finder, CancellationToken cancellationToken)
    {
        var left = (long)BodyMax;
        while (true)
        {
            var size = Size((await LineAsync(cancellationToken)).Span);
            if (size == 0)
            {
                while (!(await LineAsync(cancellationToken)).IsEmpty)
                {
                    // A trailer says nothing to us.
                }

                return true;
            }

            if (!await ReadBytesAsync(size, left, isOpen: false, finder, cancellationToken))
            {
                return false;
            }

            left -= size;
            if (!(await LineAsync(cancellationToken)).IsEmpty)
            {
                throw Broken();
            }
        }
    }

    /// <summary>Reads bytes of a body; false when there are more than may be read.</summary>
    private async ValueTask<bool> ReadBytesAsync(
        long length, long most, bool isOpen, TextFinder finder, CancellationToken cancellationToken)
    {
        for (var rest = Math.Min(length, most); rest > 0;)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                // Where nothing else says so, the end of the connection is the end of the body.
                return isOpen ? false : throw Incomplete();
            }

            var piece = (int)Math.Min(rest, _end - _start);
            finder.Read(buffer.AsSpan(_start, piece));
            _start += piece;
            rest -= piece;
        }

        return length <= most;
    }

    private static long Size(ReadOnlySpan<byte> line)
    {
        var digits = line.IndexOfAny((byte)';', (byte)' ') is var end and >= 0 ? line[..end] : line;
        return digits.Length is > 0 and <= 15
            && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
                ? size
                : throw Broken();
    }

    /// <summary>The next line without its end. It holds until the next call.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> LineAsync(CancellationToken cancellationToken)
    {
        var looked = 0;
        while (true)
        {
            if (buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf((byte)'\n') is var found and >= 0)
            {
                var length = looked + found;
                var line = buffer.AsMemory(_start, length);
                _start += length + 1;
                _head += length + 1;
                return _head > HeadMax ? throw TooLong() : line.Span is [.., (byte)'\r'] ? line[..^1] : line;
            }

            looked = _end - _start;
            if (looked == buffer.Length)
            {
                throw TooLong();
            }

            if (!await FillAsync(cancellationToken))
            {
                throw Incomplete();
            }
        }
    }

    /// <summary>Reads what is there; false at the end of the connection.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == buffer.Length)
        {
            buffer.AsSpan(_start.._end).CopyTo(buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await stream.ReadAsync(buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    private static ProbeException Broken() => new("answered with a body that is not HTTP");

    private static ProbeException Incomplete() => new("closed the connection before its answer was complete");

    private static ProbeException TooLong() => new("answered with more in front of the body than anybody reads");
}
