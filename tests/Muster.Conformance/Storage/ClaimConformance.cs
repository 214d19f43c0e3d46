using System.Globalization;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What others than a person claim of a group's capacity is kept beside the group, and is no edit of it.</summary>
public abstract class ClaimConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    /// <summary>Most claims of one group.</summary>
    private const int ClaimsMax = 32;

    [Fact]
    public async Task A_claim_comes_back_whole_with_its_group_and_with_its_sweep()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullClaim);

        await PutAsync(group, Of("cpu", 3));
        await PutAsync(group, Some.FullClaim);

        Claim[] kept = [Some.FullClaim, Of("cpu", 3)];
        Same.AsEach(kept, (await Store.FindGroupAsync(group.Id, Cancellation))!.Claims);
        Same.AsEach(kept, (await Store.FindGroupAsync(group.Account, group.Name, Cancellation))!.Claims);
        Same.AsEach(kept, Assert.Single((await Store.ListGroupsAsync(group.Account, new(10), false, Cancellation)).Items).Claims);
        Same.AsEach(kept, Assert.Single(await Store.LoadSweepAsync(new(group.Account, "local"), Cancellation)).Claims);
    }

    [Fact]
    public async Task A_claim_touches_neither_the_group_nor_its_state()
    {
        var group = await AddGroupAsync();
        var before = await FoundAsync(group);

        await PutAsync(group, Some.FullClaim);

        Same.As(before, await FoundAsync(group) with { Claims = [] });
    }

    [Fact]
    public async Task An_edit_of_the_group_leaves_its_claims_and_a_claim_leaves_the_edit()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, Some.FullClaim);

        var edited = await UpdateGroupAsync(group with { Name = "other" });
        await PutAsync(group, Of("cpu", 3));

        var found = await FoundAsync(group);
        Assert.Equal(("other", edited.Version), (found.Group.Name, found.Group.Version));
        Same.AsEach([Some.FullClaim, Of("cpu", 3)], found.Claims);
    }

    [Fact]
    public async Task A_claim_takes_the_place_of_what_its_source_claimed_before()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, Of("cpu", 3));
        await PutAsync(group, Of("queue", 5));

        await PutAsync(group, Of("cpu", 4));
        await PutAsync(group, Of("cpu", 4));

        Same.AsEach([Of("cpu", 4), Of("queue", 5)], (await FoundAsync(group)).Claims);
    }

    [Fact]
    public async Task A_claim_is_kept_to_the_microsecond_and_without_what_no_store_can_keep()
    {
        var group = await AddGroupAsync();

        await PutAsync(
            group, Of("cpu", 3) with { Reason = "busy\0 \uD83E", Since = Start.AddTicks(19), Until = Start.AddDays(1).AddTicks(19) });

        Same.AsEach(
            [
                Of("cpu", 3) with
                {
                    Reason = "busy\uFFFD \uFFFD", Since = Start.AddMicroseconds(1), Until = Start.AddDays(1).AddMicroseconds(1),
                },
            ],
            (await FoundAsync(group)).Claims);
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_each_is_heard()
    {
        var group = await AddGroupAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => PutAsync(group, Of($"policy-{number}", number))));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => EndAsync(group, $"policy-{number}")));

        Assert.Equal(Enumerable.Range(10, 10), (await FoundAsync(group)).Claims.Select(claim => claim.Desired!.Value).Order());
    }

    [Fact]
    public async Task A_claim_is_ended_once_or_twice()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, Some.FullClaim);
        await PutAsync(group, Of("cpu", 3));

        await EndAsync(group, Some.FullClaim.Source);
        await EndAsync(group, Some.FullClaim.Source);
        await EndAsync(group, "nobody");

        Same.AsEach([Of("cpu", 3)], (await FoundAsync(group)).Claims);
        await EndAsync(group, "cpu");
        Assert.Empty((await FoundAsync(group)).Claims);
    }

    [Fact]
    public async Task Nobody_claims_anything_of_a_group_that_does_not_live()
    {
        var group = await AddGroupAsync();
        await ArchiveGroupAsync(group);

        await RefusedAsync(StoreErrorKind.NotFound, () => PutAsync(group, Some.FullClaim));
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.PutClaimAsync(new(A.Id()), Some.FullClaim, Cancellation));
    }

    [Fact]
    public async Task What_was_claimed_of_a_group_that_does_not_live_is_over()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, Some.FullClaim);
        await ArchiveGroupAsync(group);

        await EndAsync(group, Some.FullClaim.Source);
        await Store.EndClaimAsync(new(A.Id()), "cpu", Cancellation);

        Assert.Equal(GroupPhase.Archived, (await FoundAsync(group)).Group.Phase);
    }

    [Fact]
    public async Task What_is_no_claim_is_refused_and_leaves_the_others_as_they_are()
    {
        var group = await AddGroupAsync();
        await PutAsync(group, Of("cpu", 3));

        foreach (var (wrong, field) in NoClaims)
        {
            var error = await Assert.ThrowsAsync<InputException>(() => PutAsync(group, wrong));
            Assert.Equal(field, Assert.Single(error.Errors).Field);
        }

        Same.AsEach([Of("cpu", 3)], (await FoundAsync(group)).Claims);
    }

    [Fact]
    public async Task A_group_has_a_bounded_number_of_claims_and_those_that_are_over_make_room()
    {
        var group = await AddGroupAsync();
        for (var number = 0; number < ClaimsMax; number++)
        {
            await PutAsync(group, Of($"policy-{number}", number) with { Until = number == 7 ? Start.AddMinutes(1) : null });
        }

        var error = await Assert.ThrowsAsync<InputException>(() => PutAsync(group, Of("one-more", 3)));
        await PutAsync(group, Of("policy-3", 99));

        Assert.Contains(ClaimsMax.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Equal(ClaimsMax, (await FoundAsync(group)).Claims.Length);

        await PutAsync(group, Of("one-more", 3) with { Since = Start.AddMinutes(1) });

        var sources = (await FoundAsync(group)).Claims.Select(claim => claim.Source).ToList();
        Assert.Equal(ClaimsMax, sources.Count);
        Assert.Contains("one-more", sources);
        Assert.DoesNotContain("policy-7", sources);
    }

    private static IEnumerable<(Claim Wrong, string Field)> NoClaims =>
    [
        (Of("", 3), "claim.source"),
        (Of(Claim.Person, 3), "claim.source"),
        (Of(new string('s', 101), 3), "claim.source"),
        (Of("cpu\0", 3), "claim.source"),
        (Of("cpu\uD83E", 3), "claim.source"),
        (Of("cpu", -1), "claim.desired"),
        (Of("cpu", 3) with { Min = -1 }, "claim.min"),
        (Of("cpu", 3) with { Max = -1 }, "claim.max"),
        (Of("cpu", 3) with { Min = 5, Max = 4 }, "claim.min"),
        (Of("cpu", 3) with { Desired = null }, "claim.desired"),
        (Of("cpu", 3) with { Reason = "" }, "claim.reason"),
        (Of("cpu", 3) with { Reason = new string('r', 1001) }, "claim.reason"),
        (Of("cpu", 3) with { Until = Start }, "claim.until"),
    ];

    private static Claim Of(string source, int desired) => new() { Source = source, Desired = desired, Reason = "busy", Since = Start };

    private Task PutAsync(Group group, Claim claim) => Store.PutClaimAsync(group.Id, claim, Cancellation);

    private Task EndAsync(Group group, string source) => Store.EndClaimAsync(group.Id, source, Cancellation);
}
