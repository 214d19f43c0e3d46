using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launching;

namespace Muster.Clouds.Kit.Launching;

/// <summary>
/// What keeps a launch from being made twice on a cloud that gives out nothing only once: look, wait the declared lag, look again.
/// </summary>
/// <remarks>
/// Muster's server never asks a second time on such a cloud. Who asks again all the same (<see cref="LaunchRequest.IsRepeat"/>) is answered
/// by a look, by a second one when the declared lag is over, and only then by a creation. A launch whose id was computed from its place in
/// the group (<c>muster scale</c>) may be another run's too, and is looked for once. See docs/decisions/0251-look-wait-look-again.md.
/// </remarks>
internal static class LookBeforeLaunch
{
    /// <summary>Looks as often as the request asks for.</summary>
    /// <param name="request">The launch.</param>
    /// <param name="look">Looks for the launch's instance once; null where there is none.</param>
    /// <param name="listingLag">How late a look may show what was made.</param>
    /// <param name="timeProvider">The clock of the wait.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the launch made before; null where it has to be made.</returns>
    public static async Task<Instance?> FindAsync(
        LaunchRequest request, Func<Task<Instance?>> look, TimeSpan listingLag, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var isComputed = request.Tags.ContainsKey(SlotLaunchIdentities.SlotTag);
        if (!request.IsRepeat && !isComputed)
        {
            return null;
        }

        var found = await look();
        if (found is not null || !request.IsRepeat)
        {
            return found;
        }

        await Task.Delay(listingLag, timeProvider, cancellationToken);
        return await look();
    }
}
