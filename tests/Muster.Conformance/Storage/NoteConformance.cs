using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What people and sources of health say of instances is kept beside their group, and is no edit of it.</summary>
public abstract class NoteConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    private const string Cloud = "local";

    private static readonly Finding Works = new("probe", Verdict.Healthy, Some.Start);
    private static readonly Finding Fails = new("probe", Verdict.Unhealthy, Some.Start.AddMinutes(1), "503");

    [Fact]
    public async Task What_is_said_comes_back_whole_with_its_group_and_with_its_sweep()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullNote, nameof(MemberNote.Gates));
        await Store.PutPolicyAsync(group.Id, SomePolicies.Named("alarm"), A.Activity(group), Cancellation);

        var notes = await NoteAsync(group, [.. Some.SaysAll, Says("i-1", Works)]);

        MemberNote[] kept = [Note("i-1", Works) with { ServedAt = Start }, Some.FullNote];
        kept = [.. kept.OrderBy(note => note.Cloud, StringComparer.Ordinal)];
        Same.AsEach(kept, notes);
        Same.AsEach(kept, (await FoundAsync(group)).Notes);
        Same.AsEach(kept, (await Store.FindGroupAsync(group.Account, group.Name, Cancellation))!.Notes);
        Same.AsEach(kept, Assert.Single((await Store.ListGroupsAsync(group.Account, new(10), false, Cancellation)).Items).Notes);
        Same.AsEach(kept, Assert.Single(await Store.LoadSweepAsync(new(group.Account, Cloud), Cancellation)).Notes);
        Same.AsEach(kept, Assert.Single(await Store.ListSteeredAsync(Cancellation)).Record.Notes);
    }

    [Fact]
    public async Task What_is_found_touches_neither_the_group_nor_its_state_and_tells_nothing()
    {
        var group = await AddGroupAsync();
        var before = await FoundAsync(group);

        await NoteAsync(group, Says("i-1", Works), Says("i-1", Fails), Says("i-2", Works));

        Same.As(before, await FoundAsync(group) with { Notes = [] });
        Assert.Single(await TrailAsync(group));
    }

    [Fact]
    public async Task Whoever_listened_stops_the_heartbeats_that_did_not_come_and_no_others()
    {
        var group = await AddGroupAsync();
        var beat = Works with { Source = "report", ExpiresAt = Start.AddSeconds(30), Ttl = TimeSpan.FromSeconds(30) };
        await NoteAsync(
            group, Says("i-1", beat), Says("i-2", beat with { ExpiresAt = Start.AddSeconds(31) }),
            Says("i-3", beat with { ExpiresAt = Start.AddSeconds(30), Ttl = TimeSpan.FromSeconds(31) }));
        var listened = new Listening(Start, Start.AddSeconds(30));
        ImmutableArray<NoteChange> changes =
        [
            .. Enumerable.Range(1, 4).Select(number => new NoteChange(Cloud, new($"i-{number}")) { Listened = listened }),
        ];

        var notes = await NoteAsync(group, changes);

        Assert.Equal(["i-1", "i-2", "i-3"], notes.Select(note => note.Instance.Value));
        Assert.Equal([true, false, false], notes.Select(note => note.Findings[0].HasStopped));
        Same.AsEach([beat.Stopped()], notes[0].Findings);
        Same.AsEach(notes, (await FoundAsync(group)).Notes);
        Same.AsEach(notes, await NoteAsync(group, changes));
    }

    [Fact]
    public async Task A_change_of_a_group_and_what_is_said_with_it_are_kept_together_in_that_order()
    {
        var group = await AddGroupAsync();
        var smaller = group with { Capacity = group.Capacity with { Desired = group.Capacity.Desired - 1 }, Version = group.Version + 1 };

        await UpdateAsync(smaller, Unwanted("i-1"));

        var found = await FoundAsync(group);
        Same.As(smaller, found.Group);
        Same.AsEach([Note("i-1") with { UnwantedFor = "enough" }], found.Notes);
        Assert.Equal(["said", "changed", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Fact]
    public async Task What_was_said_already_is_told_no_second_time_with_a_change()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, Unwanted("i-1"));

        await UpdateAsync(group with { Name = "other", Version = group.Version + 1 }, Unwanted("i-1"));

        Assert.Equal("other", (await FoundAsync(group)).Group.Name);
        Assert.Equal(["changed", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Fact]
    public async Task With_a_change_that_is_refused_nothing_is_said_and_with_a_word_that_is_refused_nothing_is_changed()
    {
        var group = await AddGroupAsync();
        var other = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAndReleaseAsync(lease, Ends(group, Order("i-1")), Cancellation);
        var (before, trail) = (await FoundAsync(group), await TrailAsync(group));
        var next = group with { Name = "changed", Version = group.Version + 1 };

        await RefusedAsync(StoreErrorKind.Stale, () => UpdateAsync(next with { Version = next.Version + 1 }, Unwanted("i-2")));
        await RefusedAsync(
            StoreErrorKind.NotFound,
            () => UpdateAsync(next with { Phase = GroupPhase.Archived, ArchivedAt = Start }, Unwanted("i-2")));
        await RefusedAsync(StoreErrorKind.NotFound, () => UpdateAsync(next with { Template = new(A.Id()) }, Unwanted("i-2")));
        await RefusedAsync(
            StoreErrorKind.Duplicate,
            () => Store.UpdateGroupAsync(next, A.Activity(next), new MemberChange(Unwanted("i-2"), trail[0]), Cancellation));
        await Assert.ThrowsAsync<InputException>(() => UpdateAsync(next, Protects("i-1")));
        await Assert.ThrowsAsync<InputException>(() => UpdateAsync(next, Unwanted("")));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.UpdateGroupAsync(next, A.Activity(next), new MemberChange(Unwanted("i-2"), A.Activity(other)), Cancellation));

        Same.As(before, await FoundAsync(group));
        Same.AsEach(trail, await TrailAsync(group));
    }

    [Fact]
    public async Task Of_many_who_change_a_group_and_say_something_with_it_one_does_both_and_the_others_neither()
    {
        var group = await AddGroupAsync();
        var next = group with { Capacity = group.Capacity with { Desired = 2 }, Version = group.Version + 1 };

        var done = await Task.WhenAll(Enumerable.Range(0, 10).Select(number =>
            HappensAsync<StoreException>(UpdateAsync(next, Unwanted($"i-{number}")))));

        Assert.Single(done, isDone => isDone);
        Assert.Single((await FoundAsync(group)).Notes);
        Assert.Equal(3, (await TrailAsync(group)).Count);
    }

    [Fact]
    public async Task An_edit_of_the_group_leaves_what_is_said_and_what_is_said_leaves_the_edit()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, Says("i-1", Works));

        var edited = await UpdateGroupAsync(group with { Name = "other" });
        await Store.PutClaimAsync(group.Id, Some.FullClaim, Cancellation);
        await NoteAsync(group, Says("i-2", Works));

        var found = await FoundAsync(group);
        Assert.Equal(("other", edited.Version), (found.Group.Name, found.Group.Version));
        Assert.Equal(["i-1", "i-2"], found.Notes.Select(note => note.Instance.Value));
        Assert.Single(found.Claims);
    }

    [Fact]
    public async Task A_check_that_is_under_way_goes_on_whatever_is_said_and_leaves_it_as_it_is()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);

        await NoteAsync(group, Says("i-9", Works), Protects("i-9"));
        await Store.RecordAsync(lease, new() { State = Some.FullState(group.Id, lease.Fence) }, Cancellation);
        await Store.RecordAndReleaseAsync(lease, Some.Check(group.Id, Start), Cancellation);

        var found = await FoundAsync(group);
        Same.AsEach([Note("i-9", Works) with { ServedAt = Start, IsProtected = true }], found.Notes);
    }

    [Fact]
    public async Task A_source_is_heard_by_its_last_word_and_has_said_it_since_it_first_did()
    {
        var group = await AddGroupAsync();

        await NoteAsync(group, Says("i-1", Works));
        await NoteAsync(group, Says("i-1", Works with { Source = "report" }));
        await NoteAsync(group, Says("i-1", Fails));
        await NoteAsync(group, Says("i-1", Fails with { Since = Fails.Since.AddMinutes(1), Detail = "504" }));

        Same.AsEach(
            [Note("i-1", Fails with { Detail = "504" }, Works with { Source = "report" }) with { ServedAt = Start }],
            (await FoundAsync(group)).Notes);
    }

    [Fact]
    public async Task What_is_said_twice_is_said_and_told_once()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, "protected", Protects("i-1"));
        var before = await FoundAsync(group);

        var notes = await NoteAsync(group, "protected again", Protects("i-1"));
        await NoteAsync(group, "nothing at all");
        await NoteAsync(group, "gone", Gone("i-2"));

        Same.AsEach(before.Notes, notes);
        Same.As(before, await FoundAsync(group));
        Assert.Equal(["protected", "created"], (await TrailAsync(group)).Select(activity => activity.Description));
    }

    [Fact]
    public async Task What_is_said_of_an_instance_that_is_gone_is_forgotten()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, [.. Some.SaysAll, Says("i-1", Works), Says("i-2", Works)]);

        await NoteAsync(group, Gone("i-1"), new(Some.FullNote.Cloud, Some.FullNote.Instance) { IsGone = true });
        Same.AsEach([Note("i-2", Works) with { ServedAt = Start }], (await FoundAsync(group)).Notes);

        await NoteAsync(group, Gone("i-2"), Gone("i-2"));
        Assert.Empty((await FoundAsync(group)).Notes);
    }

    [Fact]
    public async Task The_same_instance_on_two_clouds_is_two()
    {
        var group = await AddGroupAsync();

        await NoteAsync(group, Protects("i-1"), Protects("i-1") with { Cloud = "docker" });
        await NoteAsync(group, Gone("i-1"));

        Assert.Equal("docker", Assert.Single((await FoundAsync(group)).Notes).Cloud);
    }

    [Fact]
    public async Task It_is_kept_to_the_microsecond_and_without_what_no_store_can_keep()
    {
        var group = await AddGroupAsync();

        await NoteAsync(
            group,
            Says("i-1", new(
                "probe", Verdict.Unhealthy, Start.AddTicks(19), "busy\0 \uD83E", Start.AddDays(1).AddTicks(19), TimeSpan.FromTicks(19))),
            new(Cloud, new("i-1")) { UnwantedFor = "old\0" },
            Says("i-2", Works with { Detail = new string('d', Finding.DetailMax + 1) }));

        var notes = (await FoundAsync(group)).Notes;
        var (since, until) = (Start.AddMicroseconds(1), Start.AddDays(1).AddMicroseconds(1));
        Finding kept = new("probe", Verdict.Unhealthy, since, "busy\uFFFD \uFFFD", until, TimeSpan.FromMicroseconds(1));
        Same.As(Note("i-1", kept) with { UnwantedFor = "old\uFFFD" }, notes[0]);
        Assert.Equal(Finding.DetailMax, notes[1].Findings[0].Detail!.Length);
    }

    [Fact]
    public async Task Of_many_who_speak_at_once_each_is_heard()
    {
        var group = await AddGroupAsync();
        var other = await AddGroupAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => number % 2 == 0
            ? NoteAsync(group, Says("i-1", Works with { Source = $"source-{number % 16}" }), Says($"i-{number}", Works))
            : NoteAsync(group, $"protects {number}", Protects($"i-{number}")))
            .Append(NoteAsync(other, "elsewhere", Protects("i-1"))));

        var notes = (await FoundAsync(group)).Notes;
        Assert.Equal(
            Enumerable.Range(0, 20).Select(number => $"i-{number}").Order(StringComparer.Ordinal),
            notes.Select(note => note.Instance.Value));
        Assert.Equal(8, notes.Single(note => note.Instance.Value == "i-1").Findings.Length);
        Assert.Equal(10, notes.Count(note => note.IsProtected));
        Assert.Equal(11, (await TrailAsync(group)).Count);
        Assert.Single((await FoundAsync(other)).Notes);
    }

    [Fact]
    public async Task What_a_person_says_is_told_with_it_or_not_at_all()
    {
        var group = await AddGroupAsync();
        var activity = A.FullActivity(group);

        await Store.NoteAsync(group.Id, [Protects("i-1")], activity, Cancellation);
        await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, "wrong", Says("i-1", Works with { Source = "" })));
        await RefusedAsync(
            StoreErrorKind.Duplicate, () => Store.NoteAsync(group.Id, [Protects("i-2")], activity, Cancellation));

        Same.As(activity with { Position = 2 }, (await TrailAsync(group))[0]);
        Assert.Equal(2, (await TrailAsync(group)).Count);
        Assert.Equal("i-1", Assert.Single((await FoundAsync(group)).Notes).Instance.Value);
    }

    [Fact]
    public async Task An_activity_of_another_group_is_refused()
    {
        var (group, other) = (await AddGroupAsync(), await AddGroupAsync());

        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.NoteAsync(group.Id, [Protects("i-1")], A.Activity(other), Cancellation));

        Assert.Empty((await FoundAsync(group)).Notes);
    }

    [Fact]
    public async Task Nobody_says_anything_of_a_group_that_does_not_live()
    {
        var group = await AddGroupAsync();
        var none = A.Group(await AddTemplateAsync());
        await ArchiveGroupAsync(group);

        foreach (var change in new[] { Says("i-1", Works), Protects("i-1") })
        {
            await RefusedAsync(StoreErrorKind.NotFound, () => NoteAsync(group, change));
            await RefusedAsync(StoreErrorKind.NotFound, () => NoteAsync(group, "told", change));
            await RefusedAsync(StoreErrorKind.NotFound, () => NoteAsync(none, change));
        }
    }

    [Fact]
    public async Task What_was_said_is_forgotten_with_its_group()
    {
        var (group, drained) = (await AddGroupAsync(), await AddGroupAsync());
        await NoteAsync(group, Says("i-1", Works));
        await NoteAsync(drained, Says("i-1", Works));

        await ArchiveGroupAsync(group);
        await UpdateGroupAsync(drained with { Phase = GroupPhase.Draining });
        var lease = await LeaseAsync(drained);
        await NoteAsync(drained, Says("i-2", Works));
        await Store.RecordAndReleaseAsync(
            lease, Some.Check(drained.Id, Start) with { ArchivedAt = Start.AddHours(2) }, Cancellation);

        Assert.Equal((GroupPhase.Archived, 0), await PhaseAndNotesAsync(group));
        Assert.Equal((GroupPhase.Archived, 0), await PhaseAndNotesAsync(drained));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_protects_or_puts_on_standby_who_is_about_to_end(bool isTold)
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        await Store.RecordAsync(lease, Ends(group, Order("i-1") with { IsTold = isTold }), Cancellation);
        await NoteAsync(group, Says("i-1", Works));
        var before = await FoundAsync(group);

        foreach (var change in new[] { Protects("i-1"), PutsAway("i-1") })
        {
            var error = await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, Protects("i-2"), change));
            Assert.Equal(("instance", "i-1"), (Assert.Single(error.Errors).Field, error.Errors[0].Value));
            await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, "told", change));
        }

        Same.As(before, await FoundAsync(group));
        Assert.Single(await TrailAsync(group));
        await NoteAsync(group, Protects("i-2"), PutsAway("i-3"));
        await Store.RecordAsync(
            lease, Ends(group, Order("i-1") with { Failures = 1, RetryAt = Start.AddMinutes(1) }), Cancellation);
        await NoteAsync(group, Protects("i-1"));

        Assert.Equal(3, (await FoundAsync(group)).Notes.Count(note => note.IsProtected || note.IsStandby));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_writes_down_the_end_of_who_must_stay(bool releases)
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, Protects("i-1"), PutsAway("i-2"));
        var lease = await LeaseAsync(group);
        await NoteAsync(group, Protects("i-3"));
        var before = await FoundAsync(group);

        foreach (var instance in new[] { "i-1", "i-2", "i-3" })
        {
            var record = Ends(group, Order("i-0"), Order(instance)) with { Activities = [A.NoOp(group, Start)] };
            await RefusedAsync(
                StoreErrorKind.Fenced,
                () => releases
                    ? Store.RecordAndReleaseAsync(lease, record, Cancellation)
                    : Store.RecordAsync(lease, record, Cancellation));
        }

        // All or nothing: the lease is held as it was, and whoever may end does.
        Same.As(before, await FoundAsync(group));
        Assert.Single(await TrailAsync(group));
        await Store.RecordAsync(lease, Ends(group, Order("i-0"), Order("i-1") with { Cloud = "docker" }), Cancellation);
        await NoteAsync(group, Protects("i-1") with { IsProtected = false });
        await Store.RecordAndReleaseAsync(lease, Ends(group, Order("i-0"), Order("i-1")), Cancellation);
        Assert.Equal(2, (await FoundAsync(group)).State.RecentTerminations.Length);
    }

    [Fact]
    public async Task Who_comes_or_goes_alive_stays_also_in_a_group_that_is_deleted_and_nobody_who_is_about_to_end_does()
    {
        var group = await AddGroupAsync();
        await NoteAsync(
            group, new NoteChange(Cloud, new("i-1")) { DetachedFor = "detached by ann" },
            new NoteChange(Cloud, new("i-2")) { AttachingFor = "attached by ann" });
        group = await UpdateGroupAsync(group with { Phase = GroupPhase.Draining });
        var lease = await LeaseAsync(group);

        foreach (var instance in new[] { "i-1", "i-2" })
        {
            await RefusedAsync(
                StoreErrorKind.Fenced, () => Store.RecordAsync(lease, Ends(group, Order(instance)), Cancellation));
        }

        await Store.RecordAsync(lease, Ends(group, Order("i-3")), Cancellation);
        await Assert.ThrowsAsync<InputException>(
            () => NoteAsync(group, new NoteChange(Cloud, new("i-3")) { DetachedFor = "detached by ann" }));
        await NoteAsync(group, new NoteChange(Cloud, new("i-2")) { IsAttached = true });
        Assert.Equal(["i-1"], (await FoundAsync(group)).Notes.Select(note => note.Instance.Value));
    }

    [Fact]
    public async Task An_end_that_was_written_down_before_comes_to_its_outcome()
    {
        var group = await AddGroupAsync();
        var lease = await LeaseAsync(group);
        var waiting = Order("i-1") with { Failures = 1, Failure = "busy", RetryAt = Start.AddMinutes(1) };
        await Store.RecordAsync(lease, Ends(group, waiting, Order("i-2")), Cancellation);
        await NoteAsync(group, Protects("i-1"));

        await Store.RecordAsync(lease, Ends(group, waiting, Order("i-2")), Cancellation);
        await Store.RecordAsync(lease, Ends(group, waiting, Order("i-2") with { IsTold = true, At = Start.AddSeconds(1) }), Cancellation);
        await RefusedAsync(
            StoreErrorKind.Fenced,
            () => Store.RecordAsync(lease, Ends(group, waiting with { At = Start.AddSeconds(2), RetryAt = null }), Cancellation));

        Assert.Equal(2, (await FoundAsync(group)).State.RecentTerminations.Length);
    }

    [Fact]
    public async Task Of_a_protection_and_an_end_at_once_one_is_refused()
    {
        for (var round = 0; round < 8; round++)
        {
            var group = await AddGroupAsync();
            var lease = await LeaseAsync(group);

            var isProtecting = HappensAsync<InputException>(NoteAsync(group, "protects", Protects("i-1")));
            var isEnding = HappensAsync<StoreException>(Store.RecordAsync(lease, Ends(group, Order("i-1")), Cancellation));

            Assert.NotEqual(await isProtecting, await isEnding);
            var found = await FoundAsync(group);
            Assert.Equal((await isProtecting, await isEnding), (found.Notes.Length == 1, found.State.RecentTerminations.Length == 1));
        }
    }

    [Fact]
    public async Task Of_a_group_that_is_deleted_those_on_standby_end_and_the_protected_stay()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, Protects("i-1"), PutsAway("i-2"), PutsAway("i-3") with { UnwantedFor = "old" });
        await UpdateGroupAsync(group with { Phase = GroupPhase.Draining });
        var lease = await LeaseAsync(group);

        await RefusedAsync(StoreErrorKind.Fenced, () => Store.RecordAsync(lease, Ends(group, Order("i-1")), Cancellation));
        await Store.RecordAsync(lease, Ends(group, Order("i-2"), Order("i-3")), Cancellation);

        Assert.Equal(2, (await FoundAsync(group)).State.RecentTerminations.Length);
    }

    [Fact]
    public async Task What_may_not_be_kept_is_refused_and_leaves_the_rest_as_it_is()
    {
        var group = await AddGroupAsync();
        await NoteAsync(group, Says("i-1", Works));
        var before = await FoundAsync(group);

        foreach (var (wrong, field) in Wrong)
        {
            var error = await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, Protects("i-2"), wrong));
            Assert.Equal(field, Assert.Single(error.Errors).Field);
        }

        Same.As(before, await FoundAsync(group));
    }

    [Fact]
    public async Task An_instance_has_a_bounded_number_of_sources_and_one_that_falls_silent_makes_room()
    {
        var group = await AddGroupAsync();
        ImmutableArray<NoteChange> all =
        [
            .. Enumerable.Range(0, MemberNotes.SourcesMax)
                .Select(number => Says("i-1", Works with { Source = string.Create(CultureInfo.InvariantCulture, $"source-{number}") })),
        ];
        await NoteAsync(group, all);

        var error = await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, Says("i-2", Works), Says("i-1", Works)));
        Assert.Contains(MemberNotes.SourcesMax.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Single((await FoundAsync(group)).Notes);

        await NoteAsync(group, Says("i-1", Works) with { Silenced = "source-3" });

        var sources = Assert.Single((await FoundAsync(group)).Notes).Findings.Select(finding => finding.Source).ToList();
        Assert.Equal(MemberNotes.SourcesMax, sources.Count);
        Assert.Contains("probe", sources);
        Assert.DoesNotContain("source-3", sources);
    }

    [Fact]
    public async Task A_group_has_a_bounded_number_of_notes()
    {
        var group = await AddGroupAsync();
        ImmutableArray<NoteChange> most = [.. Enumerable.Range(0, MemberNotes.PerGroupMax).Select(number => Protects($"i-{number}"))];

        await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, [.. most, Protects("one-more")]));
        Assert.Empty((await FoundAsync(group)).Notes);
        await NoteAsync(group, most);
        await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, Says("one-more", Works)));
        await NoteAsync(group, Gone("i-7"), Says("one-more", Works));

        var notes = (await FoundAsync(group)).Notes;
        Assert.Equal(MemberNotes.PerGroupMax, notes.Length);
        Assert.Equal("one-more", notes[^1].Instance.Value);
    }

    [Fact]
    public async Task What_is_said_with_a_change_of_the_group_is_kept_with_it_or_not_at_all()
    {
        var group = await AddGroupAsync();
        var instance = new InstanceId("i-1");
        NoteChange[] said = [new("local", instance) { DetachedFor = "detached by ann" }];
        var next = group with { Capacity = group.Capacity with { Desired = 2 }, Version = 2 };

        await Store.UpdateGroupAsync(next, A.Activity(next), [.. said], Cancellation);

        var found = await FoundAsync(group);
        Same.As(next, found.Group);
        Assert.Equal("detached by ann", Assert.Single(found.Notes).DetachedFor);

        // Of an older version neither is kept.
        var stale = next with { Capacity = group.Capacity with { Desired = 1 } };
        NoteChange[] more = [new("local", new("i-2")) { AttachingFor = "attached by ann" }];
        await Assert.ThrowsAsync<StoreException>(() => Store.UpdateGroupAsync(stale, A.Activity(stale), [.. more], Cancellation));
        Same.As(found, await FoundAsync(group));

        var last = next with { Version = 3 };
        await Store.UpdateGroupAsync(
            last, A.Activity(last), [.. more, more[0] with { AttachingFor = null, IsAttached = true }], Cancellation);
        Assert.Equal([instance], (await FoundAsync(group)).Notes.Select(note => note.Instance));
    }

    [Fact]
    public async Task What_is_kept_of_all_instances_together_is_bounded()
    {
        var group = await AddGroupAsync();
        NoteChange[] much =
        [
            .. Enumerable.Range(0, MemberNotes.PerGroupMax).Select(number => new NoteChange(Cloud, new($"i-{number}"))
            {
                UnwantedFor = new string('r', 800),
            }),
        ];

        var error = await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, [.. much]));
        await NoteAsync(group, [.. much.Take(9_000)]);
        await Assert.ThrowsAsync<InputException>(() => NoteAsync(group, [.. much.Skip(9_000)]));

        Assert.Equal("notes", Assert.Single(error.Errors).Field);
        Assert.Equal(9_000, (await FoundAsync(group)).Notes.Length);
    }

    private static IEnumerable<(NoteChange Wrong, string Field)> Wrong =>
    [
        (Says("i-1", Works with { Source = "" }), "source"),
        (Says("i-1", Works with { Source = new string('s', Finding.SourceMax + 1) }), "source"),
        (Says("i-1", Works with { Source = "probe\n" }), "source"),
        (Says("i-1", Works with { Source = "probe\uD83E" }), "source"),
        (Protects(""), "instance"),
        (Protects("i\0"), "instance"),
        (Protects(new string('i', 1001)), "instance"),
        (Protects("i-1") with { Cloud = "" }, "cloud"),
        (Protects("i-1") with { Cloud = "lo\uD83Ecal" }, "cloud"),
        (new(Cloud, new("i-1")) { UnwantedFor = "" }, "unwanted_for"),
    ];

    private static NoteChange Says(string instance, Finding finding) => new(Cloud, new(instance)) { Finding = finding };

    private static NoteChange Protects(string instance) => new(Cloud, new(instance)) { IsProtected = true };

    private static NoteChange Unwanted(string instance) => new(Cloud, new(instance)) { UnwantedFor = "enough" };

    private static NoteChange Gone(string instance) => new(Cloud, new(instance)) { IsGone = true };

    private static NoteChange PutsAway(string instance) => new(Cloud, new(instance)) { IsStandby = true };

    private static RecentTermination Order(string instance) => new(new(instance), Some.Start, "2 too many", IsTold: false);

    private static CheckRecord Ends(Group group, params ImmutableArray<RecentTermination> ends) =>
        new() { State = new() { Group = group.Id, CheckedAt = Some.Start, RecentTerminations = ends } };

    /// <summary>Whether it does, and is not refused so.</summary>
    private static async Task<bool> HappensAsync<TRefusal>(Task write)
        where TRefusal : Exception
    {
        try
        {
            await write;
            return true;
        }
        catch (TRefusal)
        {
            return false;
        }
    }

    private static MemberNote Note(string instance, params ReadOnlySpan<Finding> findings) =>
        new() { Instance = new(instance), Cloud = Cloud, Findings = [.. findings] };

    private Task<ImmutableArray<MemberNote>> NoteAsync(Group group, params ImmutableArray<NoteChange> changes) =>
        Store.NoteAsync(group.Id, changes, activity: null, Cancellation);

    private Task<ImmutableArray<MemberNote>> NoteAsync(Group group, string told, params ImmutableArray<NoteChange> changes) =>
        Store.NoteAsync(group.Id, changes, A.Activity(group, ActivityType.Change, told), Cancellation);

    private Task UpdateAsync(Group changed, NoteChange said) => Store.UpdateGroupAsync(
        changed, A.Activity(changed, ActivityType.Change, "changed"),
        new MemberChange(said, A.Activity(changed, ActivityType.Change, "said")), Cancellation);

    private async Task<(GroupPhase Phase, int Notes)> PhaseAndNotesAsync(Group group)
    {
        var found = await FoundAsync(group);
        return (found.Group.Phase, found.Notes.Length);
    }
}
