using System.Text.Json;

using Muster.Clouds.Local.Zones;
using Muster.Core;

namespace Muster.Clouds.Local.Life;

/// <summary>Finds an instance that is about to live its place among those that do.</summary>
internal sealed class Places(Room room, InstanceIndex index, Census census)
{
    private readonly Lock _gate = new();

    /// <summary>Writes the intent of a launch, where there is room for it.</summary>
    /// <param name="launch">Which.</param>
    /// <param name="zone">The zone that was asked for; null for any.</param>
    /// <param name="write">Writes it for the zone that it is given.</param>
    public LocalInstance Take(LaunchId launch, string? zone, Func<string?, LocalInstance> write)
    {
        if (!room.Counts(zone))
        {
            return write(room.Choose(zone, LivingZones));
        }

        // Counted and taken in one step, or two launches would take the last place, or all go to one zone. Those of other Muster processes
        // are counted as of the last look at the directory: with several, a zone may get one too many.
        lock (_gate)
        {
            CountAnew($"launch {launch}");
            return write(room.Choose(zone, LivingZones));
        }
    }

    /// <summary>Writes the intent of a further run, where there is room for it in its zone.</summary>
    public LocalInstance TakeAgain(LocalInstance instance, Func<LocalInstance> write)
    {
        if (!room.IsBounded)
        {
            return write();
        }

        lock (_gate)
        {
            CountAnew($"start {instance.Launch}");
            room.ThrowIfFull(instance.Record.Zone, LivingZones);
            return write();
        }
    }

    private void CountAnew(string what)
    {
        try
        {
            if (room.IsBounded)
            {
                census.Refresh();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Failures.Translate(error, what);
        }
    }

    private IEnumerable<string?> LivingZones() => index.UpTo(long.MaxValue)
        .Where(instance => instance is { NeverRan: false, Rests: false })
        .Select(instance => instance.Record.Zone);
}
