using Muster.Core.Claims;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>What others than a person claim of a group's capacity is kept beside the group, and is no edit of it.</summary>
public abstract class ClaimConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_claim_comes_back_whole_with_its_group_and_with_its_sweep()
    {
        var group = await AddGroupAsync();
        Same.EnsureFilled(Some.FullClaim);

        var changed = await Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Some.FullClaim).Add(Of("cpu", 3)), Cancellation);

        Same.AsEach([Some.FullClaim, Of("cpu", 3)], changed);
        Same.AsEach(changed, (await Store.FindGroupAsync(group.Id, Cancellation))!.Claims);
        Same.AsEach(changed, (await Store.FindGroupAsync(group.Account, group.Name, Cancellation))!.Claims);
        Same.AsEach(changed, Assert.Single((await Store.ListGroupsAsync(group.Account, new(10), false, Cancellation)).Items).Claims);
        Same.AsEach(changed, Assert.Single(await Store.LoadSweepAsync(new(group.Account, "local"), Cancellation)).Claims);
    }

    [Fact]
    public async Task A_claim_touches_neither_the_group_nor_its_state()
    {
        var group = await AddGroupAsync();
        var before = (await Store.FindGroupAsync(group.Id, Cancellation))!;

        await Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Some.FullClaim), Cancellation);

        var after = (await Store.FindGroupAsync(group.Id, Cancellation))!;
        Same.As(before, after with { Claims = [] });
    }

    [Fact]
    public async Task An_edit_of_the_group_leaves_its_claims_and_a_claim_leaves_the_edit()
    {
        var group = await AddGroupAsync();
        await Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Some.FullClaim), Cancellation);

        var edited = await UpdateGroupAsync(group with { Name = "other" });
        await Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Of("cpu", 3)), Cancellation);

        var found = (await Store.FindGroupAsync(group.Id, Cancellation))!;
        Assert.Equal(("other", edited.Version), (found.Group.Name, found.Group.Version));
        Same.AsEach([Some.FullClaim, Of("cpu", 3)], found.Claims);
    }

    [Fact]
    public async Task Of_many_who_change_claims_at_once_each_finds_what_the_others_did()
    {
        var group = await AddGroupAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Of($"policy-{number}", number)), Cancellation)));

        var claims = (await Store.FindGroupAsync(group.Id, Cancellation))!.Claims;
        Assert.Equal(Enumerable.Range(0, 20), claims.Select(claim => claim.Desired!.Value).Order());
    }

    [Fact]
    public async Task Claims_are_taken_back()
    {
        var group = await AddGroupAsync();
        await Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Some.FullClaim), Cancellation);

        await Store.ChangeClaimsAsync(group.Id, claims => claims.RemoveAll(claim => claim.Source == Some.FullClaim.Source), Cancellation);

        Assert.Empty((await Store.FindGroupAsync(group.Id, Cancellation))!.Claims);
    }

    [Fact]
    public async Task Nobody_claims_anything_of_a_group_that_does_not_live()
    {
        var group = await AddGroupAsync();
        await ArchiveGroupAsync(group);

        await RefusedAsync(
            StoreErrorKind.NotFound, () => Store.ChangeClaimsAsync(group.Id, claims => claims.Add(Some.FullClaim), Cancellation));
        await RefusedAsync(StoreErrorKind.NotFound, () => Store.ChangeClaimsAsync(new(A.Id()), claims => claims, Cancellation));
    }

    private static Claim Of(string source, int desired) => new() { Source = source, Desired = desired, Reason = "busy", Since = Start };
}
