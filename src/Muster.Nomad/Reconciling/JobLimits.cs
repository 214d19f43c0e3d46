namespace Muster.Nomad.Reconciling;

/// <summary>Bounds of the reconciling of jobs.</summary>
public sealed class JobLimits
{
    /// <summary>Ended children of a job that stay, newest first.</summary>
    /// <value>5 unless set: enough to see in Nomad how checks ended. Nomad itself would keep four hours of them.</value>
    public int ChildrenKept { get; set; } = 5;

    /// <summary>How long no client may be found for a child before it is purged.</summary>
    /// <value>2 minutes unless set: a client that restarts is back by then.</value>
    public TimeSpan PendingMax { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a child may wait to be placed before it is asked why.</summary>
    /// <value>1 second unless set: Nomad's scheduler takes milliseconds.</value>
    public TimeSpan PlacementMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Jobs whose waiting children are asked why in one round.</summary>
    /// <value>
    /// 200 unless set. Without a client all jobs wait: those that nobody asked about are asked in the next rounds, and each
    /// when its child is purged.
    /// </value>
    public int PlacementsReadMax { get; set; } = 200;

    /// <summary>How much longer than its time-out a child may run before it is stopped.</summary>
    /// <value>2 minutes unless set: its program and newer versions of Nomad end it before.</value>
    public TimeSpan RunGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Children purged in one round.</summary>
    /// <value>
    /// 10,000 unless set: what 10,000 groups that are checked every minute leave between two rounds at their rarest; a call takes a
    /// millisecond or two.
    /// </value>
    public int PurgesMax { get; set; } = 10_000;

    /// <summary>Calls at once.</summary>
    /// <value>8 unless set: Nomad refuses a client address its hundred-and-first connection.</value>
    public int CallsInFlightMax { get; set; } = 8;

    /// <summary>The least time between two rounds: a busy Nomad takes a second or two for one.</summary>
    public static readonly TimeSpan RoundEveryMin = TimeSpan.FromSeconds(5);

    /// <summary>The most: <see cref="MissedGrace"/> and the alerts are about checks that are a minute late.</summary>
    public static readonly TimeSpan RoundEveryMax = TimeSpan.FromMinutes(1);

    /// <summary>Time between two rounds.</summary>
    /// <value>30 seconds unless set; <see cref="RoundEveryMin"/> to <see cref="RoundEveryMax"/>.</value>
    public TimeSpan RoundEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much longer than its interval a group's last check may be ago before checks of it count as missed.</summary>
    /// <value>1 minute unless set: a busy Nomad starts a child some seconds late, and a check takes some.</value>
    public TimeSpan MissedGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long Nomad as a whole must be away, or refuse the token, before it is an activity of every group.</summary>
    /// <value>1 minute unless set: Nomad's servers agree on a new leader in seconds.</value>
    public TimeSpan TroubleMin { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Activities written at once.</summary>
    /// <value>500 unless set: 10,000 groups are 20 writes, between which checks write theirs.</value>
    public int ActivitiesAtOnceMax { get; set; } = 500;

    /// <summary>
    /// Time from a check that did something to the next one, while its group is on its way; doubles up to the group's interval.
    /// </summary>
    /// <value>2 seconds unless set: a check in Nomad costs a process, so it comes less often than one in a server would.</value>
    public TimeSpan FollowUpMin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Groups that are followed at once after a change.</summary>
    public int HurriesInFlightMax { get; set; } = 16;

    /// <summary>Groups that are followed up at once after a check.</summary>
    /// <value>
    /// 4 unless set: at 50 ms for a force, a real Nomad is asked for 80 a second at most, half of what 10,000 groups
    /// ask of it by their ticks.
    /// </value>
    public int FollowUpsInFlightMax { get; set; } = 4;
}
