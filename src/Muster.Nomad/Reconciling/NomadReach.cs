using System.Globalization;

using Muster.Nomad.Client;

namespace Muster.Nomad.Reconciling;

/// <summary>Whether Nomad is reached, as the last call showed.</summary>
public sealed class NomadReach(TimeProvider time)
{
    private Trouble? trouble;

    /// <summary>What is wrong, in a sentence; null when nothing is.</summary>
    public string? Obstacle => Volatile.Read(ref trouble)?.Text;

    internal void Succeeded() => Volatile.Write(ref trouble, null);

    internal void Failed(NomadException error)
    {
        if (error.Kind is not (NomadErrorKind.Unavailable or NomadErrorKind.Unauthorized))
        {
            return;
        }

        var since = Volatile.Read(ref trouble)?.Since ?? time.GetUtcNow();
        var what = error.Kind is NomadErrorKind.Unauthorized ? "Nomad refuses the token" : "Nomad unreachable";
        Volatile.Write(ref trouble, new(since, string.Create(CultureInfo.InvariantCulture, $"{what} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {error.Message}")));
    }

    private sealed record Trouble(DateTimeOffset Since, string Text);
}
