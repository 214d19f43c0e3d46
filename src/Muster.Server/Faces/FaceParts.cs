using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Prices;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Groups;
using Muster.Server.Options;

namespace Muster.Server.Faces;

/// <summary>What the server shares with its faces.</summary>
public sealed record FaceParts
{
    /// <summary>How the server runs.</summary>
    public required ServerOptions Options { get; init; }

    /// <summary>What is remembered.</summary>
    public required IStore Store { get; init; }

    /// <summary>The clouds.</summary>
    public required ICloudDirectory Clouds { get; init; }

    /// <summary>What makes level checks happen.</summary>
    public required IPulse Pulse { get; init; }

    /// <summary>Announces what was recorded.</summary>
    public required ActivityFeed Feed { get; init; }

    /// <summary>Changes groups, wakes the pulse and tells the followers.</summary>
    public required GroupEditor Groups { get; init; }

    /// <summary>
    /// Says who bears a token of this installation; takes everybody for <c>dev</c> where the server needs no authentication.
    /// </summary>
    public required ICallers Callers { get; init; }

    /// <summary>
    /// Takes everybody on this machine for <c>dev</c>: for a face that asks nobody who they are. Refuses everybody where the server listens
    /// on more than a loopback address, and what a web page of another site sent.
    /// </summary>
    public required ICallers Anybody { get; init; }

    /// <summary>What instances cost.</summary>
    public required IPrices Prices { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where ids come from.</summary>
    public required IRandomSource Random { get; init; }
}
