using System.Buffers;
using System.Text;

namespace Muster.Clouds.Kit.Streams;

/// <summary>The lines of a stream that somebody else writes, each up to a bound: one that never ends does not fill the memory.</summary>
/// <param name="stream">The stream, which it owns.</param>
/// <param name="bytesMax">The most of one line that is kept.</param>
internal sealed class BoundedLines(Stream stream, int bytesMax) : IDisposable
{
    /// <summary>More than any event or message of a cloud's has.</summary>
    public const int UsualBytesMax = 1024 * 1024;

    private const int ChunkBytes = 16 * 1024;

    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _start;
    private int _end;
    private bool _isAfterReturn;
    private bool _isDropping;

    /// <summary>The next line; null at the end.</summary>
    /// <returns>
    /// The line, and whether it is only the beginning of one that is longer, told at once: the rest, which may never end, is dropped.
    /// </returns>
    public async ValueTask<(string Text, bool IsCut)?> ReadAsync(CancellationToken cancellationToken)
    {
        _line.ResetWrittenCount();
        var isBegun = false;
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await stream.ReadAsync(_chunk, cancellationToken));
                if (_end == 0)
                {
                    return isBegun ? (Encoding.UTF8.GetString(_line.WrittenSpan), false) : null;
                }
            }

            if (_isAfterReturn && _chunk[_start] == '\n')
            {
                // The second half of an end of line whose first was seen.
                (_start, _isAfterReturn) = (_start + 1, false);
                continue;
            }

            _isAfterReturn = false;
            var end = _chunk.AsSpan(_start, _end - _start).IndexOfAny((byte)'\n', (byte)'\r');
            var length = end < 0 ? _end - _start : end;
            if (!_isDropping)
            {
                isBegun = true;
                var room = bytesMax - _line.WrittenCount;
                _line.Write(_chunk.AsSpan(_start, Math.Min(length, room)));
                if (length > room)
                {
                    (_start, _isDropping) = (_start + room, true);
                    return (Encoding.UTF8.GetString(_line.WrittenSpan), true);
                }
            }

            _start += length;
            if (end >= 0)
            {
                _isAfterReturn = _chunk[_start++] == '\r';
                if (_isDropping)
                {
                    _isDropping = false;
                    continue;
                }

                return (Encoding.UTF8.GetString(_line.WrittenSpan), false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
