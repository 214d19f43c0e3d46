using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Identities;
using Muster.Simulators.Nomad.Jobs;
using Muster.Simulators.Nomad.Requests;
using Muster.Simulators.Nomad.Runs;
using Muster.Simulators.Nomad.Settings;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad;

/// <summary>What the simulated server knows: jobs, evaluations and allocations, under one growing index.</summary>
public sealed class NomadCluster : IAsyncDisposable
{
    private readonly NomadSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Runner _runner;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly SortedDictionary<string, SimulatedJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedEvaluation> _evaluations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedAllocation> _allocations = new(StringComparer.Ordinal);
    private readonly Random _random;
    private ulong _index = 10;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal NomadCluster(NomadSimulatorOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _random = new(options.Seed);
        _runner = new(Change, options, Keys, timeProvider);
    }

    /// <summary>The keys that it signs identities with.</summary>
    public Keyring Keys { get; } = new();

    /// <summary>How many runs there were.</summary>
    public int Runs => Read(() => _allocations.Count);

    /// <summary>The ids of all jobs and children, in order.</summary>
    public IReadOnlyList<string> JobIds => Read<IReadOnlyList<string>>(() => [.. _jobs.Keys]);

    internal ulong Index => Read(() => _index);

    /// <summary>Waits until <paramref name="condition"/> holds; it is asked again at every change.</summary>
    public async Task WaitAsync(Func<NomadCluster, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = Read(() => _changed.Task);
            if (condition(this))
            {
                return;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Read(() =>
        {
            foreach (var job in _jobs.Values)
            {
                Untrack(job);
            }

            return true;
        });
        await _runner.DisposeAsync();
        Keys.Dispose();
    }

    internal T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    internal SimulatedJob? Find(string id, string space) =>
        Read(() => _jobs.TryGetValue(id, out var job) && job.Namespace == space ? job : null);

    internal SimulatedEvaluation? FindEvaluation(string id) => Read(() => _evaluations.GetValueOrDefault(id));

    internal SimulatedAllocation? FindAllocation(string id) => Read(() => _allocations.GetValueOrDefault(id));

    internal JsonArray ListJobs(string prefix, string space) => Read(() => new JsonArray(
        [.. _jobs.Values
            .Where(job => job.Id.StartsWith(prefix, StringComparison.Ordinal) && (space == "*" || job.Namespace == space))
            .Select(job => Entry(job, namesSpace: space == "*"))]));

    internal JsonArray ListEvaluations(Func<SimulatedEvaluation, bool> which) =>
        Read(() => new JsonArray([.. _evaluations.Values.Where(which).Reverse().Select(evaluation => evaluation.Show())]));

    internal JsonArray ListAllocations(Func<SimulatedAllocation, bool> which) =>
        Read(() => new JsonArray([.. _allocations.Values.Where(which).Select(allocation => allocation.Show(isWhole: false))]));

    internal JsonObject Summary(SimulatedJob job) => Read(() => SummaryOf(job));

    /// <summary>Registers a canonical job.</summary>
    /// <returns>The index of the change, 0 for none; the job; the evaluation of one that runs at once.</returns>
    internal (ulong Changed, SimulatedJob Job, SimulatedEvaluation? Evaluation) Register(JsonObject document, long? enforced) => Write(() =>
    {
        var (id, space) = (document.Text("ID"), document.Text("Namespace"));
        var known = _jobs.GetValueOrDefault(id);
        Enforce(known, enforced);
        RefuseTransition(known, document);
        if (known is not null && known.IsStopped == document.Flag("Stop") && JsonNode.DeepEquals(known.Document, document))
        {
            return (0ul, known, null);
        }

        var now = ++_index;
        var job = known
            ?? (_jobs[id] = new()
            {
                Id = id,
                Namespace = space,
                ParentId = document.Text("ParentID"),
                Document = document,
                CreateIndex = now,
                SummaryIndex = now,
            });
        job.Document = document;
        (job.ModifyIndex, job.JobModifyIndex, job.IsStopped) = (now, now, document.Flag("Stop"));
        job.Version = known is null ? 0 : job.Version + 1;
        job.SubmitTime = Nanoseconds(_timeProvider.GetUtcNow());
        Track(job);
        var evaluation = job.IsPeriodic || job.IsStopped ? null : Place(job, "job-register");
        return (now, job, evaluation);
    });

    /// <summary>Has a periodic job run now.</summary>
    internal SimulatedEvaluation Force(string id, string space) => Write(() =>
    {
        var job = _jobs.GetValueOrDefault(id);
        if (job is null || job.Namespace != space)
        {
            throw RefusedException.Broken("job not found");
        }

        if (!job.IsPeriodic)
        {
            throw RefusedException.Broken("can't force launch non-periodic job");
        }

        return job.IsTracked
            ? Launch(job, _timeProvider.GetUtcNow())
            : throw RefusedException.Broken($"force launch for job \"{id}\" failed: can't force run non-tracked job \"{id}\" ({space})");
    });

    /// <summary>Stops a job; what it runs is stopped too, its children are not.</summary>
    internal (ulong Index, string EvaluationId) Deregister(string id, string space, bool purge) => Write(() =>
    {
        var now = ++_index;
        if (!_jobs.TryGetValue(id, out var job) || job.Namespace != space)
        {
            return (now, NewId());
        }

        Untrack(job);
        (job.IsStopped, job.ModifyIndex, job.JobModifyIndex, job.Version) = (true, now, now, job.Version + 1);
        foreach (var allocation in job.Runs.Where(allocation => !allocation.IsOver))
        {
            allocation.IsUnwanted = true;
            _runner.Stop(allocation);
        }

        foreach (var evaluation in _evaluations.Values.Where(
            evaluation => job.IsBlocked && evaluation.Job == job && evaluation.Status == "blocked"))
        {
            evaluation.Status = "canceled";
        }

        job.IsBlocked = false;
        if (job.RunStatus == "pending")
        {
            job.RunStatus = "dead";
        }

        if (purge)
        {
            _jobs.Remove(id);
            _jobs.GetValueOrDefault(job.ParentId)?.Children.Remove(job);
        }

        return (now, job.IsPeriodic ? "" : NewId());
    });

    /// <summary>The next launch of a canonical periodic job; null for never.</summary>
    internal DateTimeOffset? NextLaunch(JsonObject document)
    {
        var periodic = document.Inner("Periodic")!;
        var zone = periodic.Text("TimeZone") is "Local"
            ? TimeZoneInfo.Local
            : TimeZoneInfo.FindSystemTimeZoneById(periodic.Text("TimeZone"));
        return CronLine.Parse(periodic.Text("Spec")).Next(_timeProvider.GetUtcNow(), zone);
    }

    /// <summary>Changes an allocation, and whatever follows from it.</summary>
    private void Change(SimulatedAllocation allocation, Action change) => Write(() =>
    {
        change();
        var now = ++_index;
        (allocation.ModifyIndex, allocation.ModifyTime) = (now, Nanoseconds(_timeProvider.GetUtcNow()));
        allocation.Job.SummaryIndex = now;
        if (allocation.IsOver)
        {
            (allocation.Job.RunStatus, allocation.Job.ModifyIndex) = ("dead", now);
        }

        return true;
    });

    private T Write<T>(Func<T> write)
    {
        TaskCompletionSource told;
        T result;
        lock (_gate)
        {
            result = write();
            (told, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
        return result;
    }

    private static void Enforce(SimulatedJob? known, long? enforced)
    {
        if (enforced is not { } wanted)
        {
            return;
        }

        var text = (known, wanted) switch
        {
            (null, not 0) => "job does not exist",
            (not null, 0) => "job already exists",
            (not null, _) when known.JobModifyIndex != (ulong)wanted =>
                string.Create(CultureInfo.InvariantCulture, $"job exists with conflicting job modify index: {known.JobModifyIndex}"),
            _ => null,
        };
        if (text is not null)
        {
            throw RefusedException.Broken(string.Create(CultureInfo.InvariantCulture, $"Enforcing job modify index {wanted}: {text}"));
        }
    }

    private static void RefuseTransition(SimulatedJob? known, JsonObject document)
    {
        if (known is not null && known.Document.Text("Type") != document.Text("Type"))
        {
            throw RefusedException.Broken($"cannot update job from type \"{known.Document.Text("Type")}\" to \"{document.Text("Type")}\"");
        }

        if (known is { IsPeriodic: true } && document["Periodic"] is null)
        {
            throw RefusedException.Broken("cannot update periodic job to being non-periodic");
        }
    }

    private void Track(SimulatedJob job)
    {
        Untrack(job);
        if (!job.IsTracked || NextLaunch(job.Document) is not { } next)
        {
            return;
        }

        job.NextLaunch = next;
        var wait = next - _timeProvider.GetUtcNow();

        // Longer than a timer takes: far enough away never to be seen here.
        if (wait < TimeSpan.FromDays(40))
        {
            job.Timer = _timeProvider.CreateTimer(_ => Tick(job), state: null, wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static void Untrack(SimulatedJob job)
    {
        job.Timer?.Dispose();
        (job.Timer, job.NextLaunch) = (null, null);
    }

    private void Tick(SimulatedJob job) => Write(() =>
    {
        if (job.IsTracked && job.NextLaunch is { } due && _jobs.GetValueOrDefault(job.Id) == job)
        {
            // A tick that finds a child not finished is dropped without a trace.
            var isBusy = job.Document.Inner("Periodic")!.Flag("ProhibitOverlap")
                && _jobs.Values.Any(child => child.ParentId == job.Id && child.Status != "dead");
            if (!isBusy)
            {
                Launch(job, due);
            }

            Track(job);
        }

        return true;
    });

    private SimulatedEvaluation Launch(SimulatedJob parent, DateTimeOffset at)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{parent.Id}/periodic-{at.ToUnixTimeSeconds()}");
        if (_jobs.TryGetValue(id, out var known))
        {
            // The second launch within a second: another evaluation, and nothing to place.
            return Evaluate(known, "periodic-job", failure: null);
        }

        var document = (JsonObject)parent.Document.DeepClone();
        (document["ID"], document["Name"], document["ParentID"], document["Periodic"]) = (id, id, parent.Id, null);
        var now = ++_index;
        var child = new SimulatedJob
        {
            Id = id,
            Namespace = parent.Namespace,
            ParentId = parent.Id,
            Document = document,
            CreateIndex = now,
            ModifyIndex = now,
            JobModifyIndex = now,
            SummaryIndex = now,
            Version = parent.Version,
            SubmitTime = Nanoseconds(_timeProvider.GetUtcNow()),
        };
        _jobs[id] = child;
        parent.Children.Add(child);
        parent.SummaryIndex = now;
        return Place(child, "periodic-job");
    }

    private SimulatedEvaluation Place(SimulatedJob job, string trigger)
    {
        var failure = Placement.Failure(job.Document, _options);
        var evaluation = Evaluate(job, trigger, failure);
        if (failure is not null)
        {
            evaluation.Blocked = new()
            {
                Id = NewId(),
                Job = job,
                TriggeredBy = "queued-allocs",
                CreateIndex = ++_index,
                CreateTime = evaluation.CreateTime,
                ModifyIndex = _index,
                Status = "blocked",
                Previous = evaluation.Id,
            };
            _evaluations[evaluation.Blocked.Id] = evaluation.Blocked;
            job.IsBlocked = true;
            return evaluation;
        }

        var allocation = new SimulatedAllocation
        {
            Id = NewId(),
            Job = job,
            Placed = job.Show(),
            Evaluation = evaluation,
            CreateIndex = ++_index,
            CreateTime = Nanoseconds(_timeProvider.GetUtcNow()),
            Directory = Path.Combine(_options.Directory, NewId()),
            ModifyIndex = _index,
        };
        (job.RunStatus, job.ModifyIndex) = ("running", _index);
        _allocations[allocation.Id] = allocation;
        job.Runs.Add(allocation);
        _runner.Run(allocation);
        return evaluation;
    }

    private SimulatedEvaluation Evaluate(SimulatedJob job, string trigger, JsonObject? failure)
    {
        var evaluation = new SimulatedEvaluation
        {
            Id = NewId(),
            Job = job,
            TriggeredBy = trigger,
            CreateIndex = ++_index,
            CreateTime = Nanoseconds(_timeProvider.GetUtcNow()),
            Failure = failure,
            ModifyIndex = _index,
        };
        return _evaluations[evaluation.Id] = evaluation;
    }

    private static JsonObject Entry(SimulatedJob job, bool namesSpace)
    {
        var entry = Entry(job);
        if (namesSpace)
        {
            entry["Namespace"] = job.Namespace;
        }

        return entry;
    }

    private static JsonObject Entry(SimulatedJob job) => new()
    {
        ["CreateIndex"] = job.CreateIndex,
        ["Datacenters"] = job.Document.Copy("Datacenters"),
        ["ID"] = job.Id,
        ["JobModifyIndex"] = job.JobModifyIndex,
        ["JobSummary"] = SummaryOf(job),
        ["ModifyIndex"] = job.ModifyIndex,
        ["Multiregion"] = null,
        ["Name"] = job.Document.Copy("Name"),
        ["ParameterizedJob"] = false,
        ["ParentID"] = job.ParentId,
        ["Periodic"] = job.IsPeriodic,
        ["Priority"] = job.Document.Copy("Priority"),
        ["Status"] = job.Status,
        ["StatusDescription"] = "",
        ["Stop"] = job.IsStopped,
        ["SubmitTime"] = job.SubmitTime,
        ["Type"] = job.Document.Copy("Type"),
    };

    private static JsonObject SummaryOf(SimulatedJob job)
    {
        var children = job.Children.ToLookup(child => child.Status);
        var runs = job.Runs.ToLookup(allocation => allocation.ClientStatus);
        return new()
        {
            ["Children"] = new JsonObject
            {
                ["Dead"] = children["dead"].Count(),
                ["Pending"] = children["pending"].Count(),
                ["Running"] = children["running"].Count(),
            },
            ["CreateIndex"] = job.CreateIndex,
            ["JobID"] = job.Id,
            ["ModifyIndex"] = job.SummaryIndex,
            ["Namespace"] = job.Namespace,
            ["Summary"] = new JsonObject
            {
                [job.GroupName] = new JsonObject
                {
                    ["Complete"] = runs["complete"].Count(),
                    ["Failed"] = runs["failed"].Count(),
                    ["Lost"] = 0,
                    ["Queued"] = job.IsBlocked ? 1 : 0,
                    ["Running"] = runs["running"].Count(),
                    ["Starting"] = runs["pending"].Count(),
                },
            },
        };
    }

    private string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
