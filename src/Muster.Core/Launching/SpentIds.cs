using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Launching;

/// <summary>
/// Whether an answer with a dead instance means that its launch id was used up before, so that the next id is to be tried; or that the
/// launch made an instance that died at once, so that another one would die as well.
/// </summary>
internal sealed class SpentIds
{
    /// <summary>An id that is spent again and again would be a cloud that forgets what lives: stop rather than walk for ever.</summary>
    private const int OldMax = 1000;

    /// <summary>Those that may have been made just now, if the cloud's clock is behind: each may be one more launch that dies.</summary>
    private const int RecentMax = 10;

    private static readonly TimeSpan ClockBehindMax = TimeSpan.FromMinutes(5);

    private int _old;
    private int _recent;

    /// <summary>Whether the next id is to be tried after this answer.</summary>
    /// <param name="launch">The launch that was asked for.</param>
    /// <param name="instance">The dead instance that the cloud answered with.</param>
    public bool MayTryNext(Launch launch, Instance instance) =>
        instance.CreatedAt < launch.CreatedAt
        && (instance.CreatedAt < launch.CreatedAt - ClockBehindMax ? ++_old <= OldMax : ++_recent <= RecentMax);
}
