using System.Buffers.Text;

using Muster.Core.Health;

namespace Muster.Health.Probes;

/// <summary>What the head of an HTTP/1 answer says of the rest.</summary>
internal sealed class AnswerHead
{
    private bool _isOld;
    private bool _saysClose;
    private bool _saysKeep;

    /// <summary>The status code, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>How long the body is; null where only its end tells.</summary>
    public long? Length { get; private set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>The header that says how busy whoever answers is; nothing for none.</summary>
    public ReadOnlyMemory<byte> BusyHeader { get; init; }

    /// <summary>What that header says; null where it is not there, or no such number.</summary>
    public double? Load { get; private set; }

    /// <summary>Whether it answers a HEAD.</summary>
    public required bool IsBodiless { get; init; }

    /// <summary>Whether no body follows.</summary>
    public bool HasNoBody => IsBodiless || Status is < 200 or 204 or 304;

    /// <summary>Whether the connection ends with it.</summary>
    public bool Closes => _saysClose || (_isOld && !_saysKeep) || Status is < 200 || (IsChunked && Length is not null);

    /// <summary>Reads the first line.</summary>
    /// <exception cref="ProbeException">It is not HTTP/1.</exception>
    public void TakeStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')
            || !Utf8Parser.TryParse(line[9..12], out int status, out var read) || read != 3 || status < 100)
        {
            throw new ProbeException("answered with something that is not HTTP/1.1");
        }

        (Status, _isOld) = (status, line[7] == '0');
    }

    /// <summary>Reads one header.</summary>
    /// <exception cref="ProbeException">It is none.</exception>
    public void TakeHeader(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf((byte)':') is not (var colon and > 0))
        {
            throw new ProbeException("answered with a header that is none");
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (Is(name, "content-length"u8))
        {
            if (!Utf8Parser.TryParse(value, out long length, out var read) || read != value.Length || length < 0
                || (Length is { } other && other != length))
            {
                throw new ProbeException("answered with a Content-Length that is no number");
            }

            Length = length;
        }
        else if (Is(name, "transfer-encoding"u8))
        {
            IsChunked = true;
        }
        else if (Is(name, "connection"u8))
        {
            _saysClose |= Is(value, "close"u8);
            _saysKeep |= Is(value, "keep-alive"u8);
        }

        // Whatever its name: the header of a length may be the figure, too.
        if (!BusyHeader.IsEmpty && Is(name, BusyHeader.Span))
        {
            Load = Utf8Parser.TryParse(value, out double load, out var used) && used == value.Length && InstanceLoad.IsLoad(load)
                ? load
                : null;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);
}
