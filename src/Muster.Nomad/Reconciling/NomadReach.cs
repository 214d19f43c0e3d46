using System.Globalization;

using Muster.Nomad.Client;

namespace Muster.Nomad.Reconciling;

/// <summary>Whether Nomad is reached, as the last call showed.</summary>
public sealed class NomadReach(TimeProvider timeProvider)
{
    private Meeting? _meeting;

    /// <summary>What is wrong; null when nothing is.</summary>
    public Obstacle? Trouble =>
        Volatile.Read(ref _meeting) is { } met ? new(met.Kind, $"{Word(met.Kind)}: {met.Message}", met.Since) : null;

    /// <summary>What is wrong and since when, in a sentence; null when nothing is.</summary>
    public string? Obstacle => Volatile.Read(ref _meeting) is { } met
        ? string.Create(CultureInfo.InvariantCulture, $"{Word(met.Kind)} since {met.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {met.Message}")
        : null;

    internal void Succeeded() => Volatile.Write(ref _meeting, null);

    internal void Failed(NomadException error)
    {
        if (error.Kind is not (NomadErrorKind.Unavailable or NomadErrorKind.Unauthorized))
        {
            return;
        }

        var kind = error.Kind is NomadErrorKind.Unauthorized ? ObstacleKind.TokenRefused : ObstacleKind.Unreachable;
        Volatile.Write(ref _meeting, new(kind, error.Message, Volatile.Read(ref _meeting)?.Since ?? timeProvider.GetUtcNow()));
    }

    private static string Word(ObstacleKind kind) => kind is ObstacleKind.TokenRefused ? "Nomad refuses the token" : "Nomad unreachable";

    private sealed record Meeting(ObstacleKind Kind, string Message, DateTimeOffset Since);
}
