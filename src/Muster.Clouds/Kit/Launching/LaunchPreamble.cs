using Muster.Clouds.Kit.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Kit.Launching;

/// <summary>What each launch does before its first call.</summary>
internal static class LaunchPreamble
{
    /// <summary>
    /// Gives up where nobody waits any more, and refuses a template that cannot be, and a zone or an interruptible instance where there are
    /// none: then surely nothing happened.
    /// </summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="read">Reads its template.</param>
    /// <param name="cancellationToken">Tells that nobody waits.</param>
    /// <param name="mayHaveZones">Whether the cloud may have the zone that is asked for; it says itself when not.</param>
    /// <param name="mayBeInterruptible">Whether the cloud has interruptible instances.</param>
    /// <returns>What to launch.</returns>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: says everything that is wrong with the template, or what is with the request.
    /// </exception>
    public static T Begin<T>(
        LaunchRequest request,
        Func<Template, TemplateReading<T>> read,
        CancellationToken cancellationToken,
        bool mayHaveZones = false,
        bool mayBeInterruptible = false)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Zone is { } zone && !mayHaveZones)
        {
            throw ZoneRefusal.Of(zone, []);
        }

        if (request.IsInterruptible && !mayBeInterruptible)
        {
            throw InterruptibleRefusal.Make();
        }

        return read(request.Template).Required;
    }
}
