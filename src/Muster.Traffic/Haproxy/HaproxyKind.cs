using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Haproxy;

/// <summary>An HAProxy that is spoken to over its runtime API.</summary>
public sealed class HaproxyKind : ITrafficKind
{
    private static readonly ConfigOption<string?> Socket = Option.RequiredText(
        "socket", "where its runtime API is: the path of a UNIX socket, or `HOST:PORT`; of level admin",
        "a path such as /run/haproxy/admin.sock, or an address such as 127.0.0.1:9999");

    private static readonly ConfigOption<string> Slots = Option.TextOr(
        "slots",
        "how the names of the servers begin that are Muster's: those of a `server-template` of this name, and those that it adds. "
        + "Other servers of a backend are left alone",
        "muster", "1 to 32 characters of A-Z a-z 0-9 _ -, a letter at the end");

    private static readonly ConfigOption<string> Server = Option.TextOr(
        "server",
        "what is said of a server that Muster adds to a backend without free slots, as in HAProxy's configuration (2.6 and later); "
        + "`none`: none is added",
        "check", "keywords of a server line, such as check inter 1s, or none");

    private static readonly ConfigOption<TimeSpan> Timeout = Option.Time(
        "timeout", "how long one command may take", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
        "a time from 1s to 1m");

    /// <inheritdoc/>
    public string Name => "haproxy";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "Server slots of a backend of HAProxy, over its runtime API.",
        Options = [Socket, Slots, Server, Timeout],
        Needs = new() { Backend = true, Port = true, HasHealth = true },
        IsExclusive = true,
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var address = reader.Read(Socket) ?? "";
        var socket = SocketOf(address);
        if (socket is null && address.Length > 0)
        {
            reader.Refuse(Socket.Name, address, Socket.Allowed);
        }

        var slots = reader.Read(Slots);
        if (!(slots.Length <= 32 && slots.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && char.IsAsciiLetter(slots[^1])))
        {
            reader.Refuse(Slots.Name, slots, Slots.Allowed);
        }

        var server = reader.Read(Server);
        if (!server.All(c => c is >= ' ' and <= '~' and not ';' and not '\\'))
        {
            reader.Refuse(Server.Name, server, Server.Allowed);
        }

        var timeout = reader.Read(Timeout);
        reader.ThrowIfWrong();
        return new HaproxySource(
            new(socket!, timeout, setup.Time), new(slots), server == "none" ? null : server.Trim());
    }

    private static HaproxyAddress? SocketOf(string text)
    {
        if (text.StartsWith('/'))
        {
            return new(text, null, 0);
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue
            ? new(null, text[..colon].Trim('[', ']'), port)
            : null;
    }
}
