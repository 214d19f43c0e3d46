using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Policies;

/// <summary>Policies of groups over HTTP.</summary>
internal sealed class PolicyEndpoints(PolicyEditor editor, GroupFinder finder, SteeringView steering)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var policies = api.MapGroup("/groups/{id}/policies").WithTags("Policies");
        policies.MapPost("/", CreateAsync).Requires(Role.Operate)
            .Says(
                "CreatePolicy", "Make a policy of a group",
                "From then on it recommends how many instances the group is to have. A receiver's secret is in the answer, and "
                + "nowhere else.")
            .Takes<PolicyInput>().Fails(400, 403, 404, 409, 413, 415);
        policies.MapGet("/", ListAsync)
            .Says("ListPolicies", "List a group's policies", "What each is made of, and what it recommends now.").Fails(404);
        policies.MapGet("/{policy}", ShowAsync)
            .Says("ShowPolicy", "Show a policy of a group", "What it is made of, and what it recommends now.").Fails(404);
        policies.MapPatch("/{policy}", UpdateAsync).Requires(Role.Operate)
            .Says("UpdatePolicy", "Change a policy of a group", "What is left out stays.")
            .Takes<PolicyInput>().Fails(400, 403, 404, 409, 413, 415);
        policies.MapPut("/{policy}", ReplaceAsync).Requires(Role.Operate)
            .Says(
                "ReplacePolicy", "Replace what a policy is made of",
                "What is left out is as if it had never been said. A receiver keeps its secret.")
            .Takes<PolicyInput>().Fails(400, 403, 404, 409, 413, 415);
        policies.MapPost("/{policy}/secret", RenewAsync).Requires(Role.Operate)
            .Says(
                "RenewSecret", "Make a receiver's secret anew",
                "It is in the answer, and nowhere else. The old one opens nothing from then on.")
            .Fails(400, 403, 404, 409);
        policies.MapDelete("/{policy}", DeleteAsync).Requires(Role.Operate)
            .Says(
                "DeletePolicy", "Remove a policy of a group",
                "The group stays at the level where it is, unless a schedule framed it. The answer is the policy as it was.")
            .Fails(403, 404, 409);
    }

    private async Task<Created<PolicyView>> CreateAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.PolicyInput, cancellationToken);
        var secret = ReceiverSecret.New();
        var (record, policy) = await editor.PutAsync(
            http.Caller(), id, input.Name ?? "",
            (before, now) =>
            {
                if (before is not null)
                {
                    throw ProblemException.DuplicateName("policy", before.Name);
                }

                var made = PolicyRules.Make(PolicyDrafts.Of(input), now, secret.Hash);
                return (made, $"policy {made.Name} created: {PolicyTold.Of(made)}");
            },
            cancellationToken);
        var view = await steering.ViewAsync(record, policy, cancellationToken);
        if (policy.Rule is PolicyRule.Receiver)
        {
            view = view with { Secret = secret.Text };
            http.Response.Headers.CacheControl = "no-store";
        }

        return TypedResults.Created($"/v1/groups/{record.Group.Id}/policies/{policy.Name}", view);
    }

    private async Task<Ok<PageView<PolicyView>>> ListAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        return TypedResults.Ok(new PageView<PolicyView> { Items = await steering.ViewAsync(record, cancellationToken) });
    }

    private async Task<Ok<PolicyView>> ShowAsync(HttpContext http, string id, string policy, CancellationToken cancellationToken)
    {
        var record = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        return TypedResults.Ok(await steering.ViewAsync(record, PolicyEditor.Find(record, policy), cancellationToken));
    }

    private async Task<Ok<PolicyView>> UpdateAsync(HttpContext http, string id, string policy, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.PolicyInput, cancellationToken);
        return await ChangeAsync(
            http, id, policy, (before, now) => PolicyRules.Change(before, PolicyDrafts.Of(input), now), cancellationToken);
    }

    private async Task<Ok<PolicyView>> ReplaceAsync(HttpContext http, string id, string policy, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.PolicyInput, cancellationToken);
        return await ChangeAsync(
            http, id, policy, (before, now) => PolicyRules.Replace(before, PolicyDrafts.Of(input), now), cancellationToken);
    }

    private async Task<Ok<PolicyView>> RenewAsync(HttpContext http, string id, string policy, CancellationToken cancellationToken)
    {
        var secret = ReceiverSecret.New();
        var (record, renewed) = await editor.PutAsync(
            http.Caller(), id, policy,
            (before, now) => before switch
            {
                null => throw NoSuch(policy),
                { Rule: PolicyRule.Receiver rule } => (
                    before with { Rule = rule with { SecretHash = secret.Hash }, Version = before.Version + 1, UpdatedAt = now },
                    $"policy {policy}: its secret made anew"),
                _ => throw new InputException("policy", policy, "a policy of the kind receiver: others have no secret"),
            },
            cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await steering.ViewAsync(record, renewed, cancellationToken) with { Secret = secret.Text });
    }

    private async Task<Ok<PolicyView>> DeleteAsync(HttpContext http, string id, string policy, CancellationToken cancellationToken)
    {
        var (record, removed) = await editor.RemoveAsync(http.Caller(), id, policy, cancellationToken);
        return TypedResults.Ok(await steering.ViewAsync(record, removed, cancellationToken));
    }

    private async Task<Ok<PolicyView>> ChangeAsync(
        HttpContext http, string id, string policy, Func<Policy, DateTimeOffset, Policy> change, CancellationToken cancellationToken)
    {
        var (record, changed) = await editor.PutAsync(
            http.Caller(), id, policy,
            (before, now) =>
            {
                var after = change(before ?? throw NoSuch(policy), now);
                return (after, $"policy {policy} changed: {PolicyTold.Difference(before, after)}");
            },
            cancellationToken);
        return TypedResults.Ok(await steering.ViewAsync(record, changed, cancellationToken));
    }

    private static ProblemException NoSuch(string policy) => new(ProblemKinds.PolicyNotFound, $"the group has no policy '{policy}'");
}
