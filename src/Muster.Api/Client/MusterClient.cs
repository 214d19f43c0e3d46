using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Api.Accounts;
using Muster.Api.Activities;
using Muster.Api.Clouds;
using Muster.Api.Groups;
using Muster.Api.Installation;
using Muster.Api.Instances;
using Muster.Api.Policies;
using Muster.Api.Templates;
using Muster.Api.Tokens;

namespace Muster.Api.Client;

/// <summary>The whole API as methods. Safe to share between threads.</summary>
/// <remarks>
/// Every method throws <see cref="ApiException"/> for what the server refuses, <see cref="ServerUnreachableException"/> when no
/// answer comes, and <see cref="OperationCanceledException"/> when told to stop. Templates and groups are named by id or name.
/// </remarks>
public sealed class MusterClient : IDisposable
{
    private readonly Exchange _exchange;
    private readonly EventFollower _follower;

    /// <param name="address">Where the server is: <c>http://127.0.0.1:7474</c>.</param>
    /// <param name="token">The bearer token; null where the server needs none.</param>
    /// <param name="handler">What carries the requests; disposed with the client. Null for the platform's own.</param>
    /// <param name="timeProvider">The clock that waits between attempts to follow events again; null for the system's.</param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https URL.</exception>
    public MusterClient(Uri address, string? token = null, HttpMessageHandler? handler = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _exchange = new(address, token, handler);
        _follower = new(_exchange, timeProvider ?? TimeProvider.System);
    }

    /// <summary>Where the server is.</summary>
    public Uri Address => _exchange.Address;

    // ---- templates

    /// <summary>Makes a template, after its cloud has checked it.</summary>
    /// <param name="input">What to make.</param>
    /// <param name="check">Whether the cloud checks image, size and networks first.</param>
    /// <param name="idempotencyKey">The same key and input again returns the first result.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<TemplateView> CreateTemplateAsync(
        TemplateInput input, bool check = true, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, check ? "v1/templates" : "v1/templates?check=false", input, ApiJson.Default.TemplateInput)
                .WithIdempotencyKey(idempotencyKey),
            ApiJson.Default.TemplateView, cancellationToken);

    /// <summary>What the cloud thinks of a template, without making it.</summary>
    public Task<TemplateCheckView> CheckTemplateAsync(TemplateInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, "v1/templates/check", input, ApiJson.Default.TemplateInput),
            ApiJson.Default.TemplateCheckView, cancellationToken);

    /// <summary>A page of the templates, by name.</summary>
    public Task<PageView<TemplateView>> ListTemplatesAsync(
        PageQuery page = default, bool includeArchived = false, CancellationToken cancellationToken = default) =>
        GetAsync(Listing("v1/templates", page, includeArchived), ApiJson.Default.PageViewTemplateView, cancellationToken);

    /// <summary>One template.</summary>
    public Task<TemplateView> GetTemplateAsync(string idOrName, CancellationToken cancellationToken = default) =>
        GetAsync($"v1/templates/{Escape(idOrName)}", ApiJson.Default.TemplateView, cancellationToken);

    /// <summary>Archives a template that no living group uses; a second time changes nothing.</summary>
    public Task<TemplateView> ArchiveTemplateAsync(string idOrName, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Delete, $"v1/templates/{Escape(idOrName)}"), ApiJson.Default.TemplateView, cancellationToken);

    // ---- groups

    /// <summary>Makes a group; from then on it is kept at its level.</summary>
    /// <param name="input">What to make.</param>
    /// <param name="idempotencyKey">The same key and input again returns the first result.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<GroupView> CreateGroupAsync(
        GroupInput input, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, "v1/groups", input, ApiJson.Default.GroupInput).WithIdempotencyKey(idempotencyKey),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>A page of the groups, by name.</summary>
    public Task<PageView<GroupView>> ListGroupsAsync(
        PageQuery page = default, bool includeArchived = false, CancellationToken cancellationToken = default) =>
        GetAsync(Listing("v1/groups", page, includeArchived), ApiJson.Default.PageViewGroupView, cancellationToken);

    /// <summary>One group.</summary>
    public Task<GroupView> GetGroupAsync(string idOrName, CancellationToken cancellationToken = default) =>
        GetGroupAsync(idOrName, includeArchived: false, cancellationToken);

    /// <summary>One group; with the archived ones, a name that no living group has finds the one that had it last.</summary>
    public Task<GroupView> GetGroupAsync(string idOrName, bool includeArchived, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"v1/groups/{Escape(idOrName)}{(includeArchived ? "?include_archived=true" : "")}",
            ApiJson.Default.GroupView,
            cancellationToken);

    /// <summary>Changes name, template, interval, scale-in order or brakes.</summary>
    /// <param name="idOrName">Which group.</param>
    /// <param name="update">What changes.</param>
    /// <param name="ifVersion">Refuse (<c>stale_version</c>) unless this is still the group's version; null to change any.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<GroupView> UpdateGroupAsync(
        string idOrName, GroupUpdate update, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Patch, $"v1/groups/{Escape(idOrName)}", update, ApiJson.Default.GroupUpdate).WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Changes how many instances there must be.</summary>
    public Task<GroupView> SetCapacityAsync(
        string idOrName, CapacityInput capacity, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Put, $"v1/groups/{Escape(idOrName)}/capacity", capacity, ApiJson.Default.CapacityInput)
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Switches launching, terminating or replacing off by hand.</summary>
    public Task<GroupView> SuspendGroupAsync(
        string idOrName, SuspendInput what, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/suspend", what, ApiJson.Default.SuspendInput)
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Switches on again what was switched off.</summary>
    public Task<GroupView> ResumeGroupAsync(
        string idOrName, SuspendInput what, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/resume", what, ApiJson.Default.SuspendInput)
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Empties a placement of a group: its members are launched elsewhere first.</summary>
    public Task<GroupView> EvacuateGroupAsync(
        string idOrName, EvacuateInput what, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/evacuate", what, ApiJson.Default.EvacuateInput)
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Uses an evacuated placement again.</summary>
    public Task<GroupView> RestoreGroupAsync(
        string idOrName, RestoreInput what, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/restore", what, ApiJson.Default.RestoreInput)
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>A page of what the group was to be made of, newest first.</summary>
    public Task<PageView<RevisionView>> ListRevisionsAsync(
        string idOrName, PageQuery page = default, CancellationToken cancellationToken = default) =>
        GetAsync(
            Listing($"v1/groups/{Escape(idOrName)}/revisions", page), ApiJson.Default.PageViewRevisionView, cancellationToken);

    /// <summary>Deletes a group; a second time changes nothing.</summary>
    /// <param name="idOrName">Which group.</param>
    /// <param name="keepInstances">
    /// False: its instances are terminated, and it is archived when the last is gone. True: they are left as they are, known to
    /// nobody, and it is archived at once.
    /// </param>
    /// <param name="ifVersion">Refuse unless this is still the group's version; null to delete any.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<GroupView> DeleteGroupAsync(
        string idOrName, bool keepInstances = false, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Delete, $"v1/groups/{Escape(idOrName)}?instances={(keepInstances ? "keep" : "terminate")}")
                .WithIfMatch(ifVersion),
            ApiJson.Default.GroupView, cancellationToken);

    /// <summary>Checks the group now and waits for the outcome.</summary>
    public Task<CheckView> CheckGroupAsync(string idOrName, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/check"), ApiJson.Default.CheckView, cancellationToken);

    /// <summary>What the next level check would do, without doing it.</summary>
    public Task<PlanView> PlanGroupAsync(string idOrName, CancellationToken cancellationToken = default) =>
        GetAsync($"v1/groups/{Escape(idOrName)}/plan", ApiJson.Default.PlanView, cancellationToken);

    /// <summary>What would be launched for a group, and why, without making it.</summary>
    public Task<PlanView> PlanNewGroupAsync(GroupInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, "v1/groups/plan", input, ApiJson.Default.GroupInput), ApiJson.Default.PlanView, cancellationToken);

    /// <summary>What the next level check would do after a change, without changing or doing anything.</summary>
    /// <param name="idOrName">Which group.</param>
    /// <param name="change">What somebody thinks of changing.</param>
    /// <param name="ifVersion">Refuse unless this is still the group's version; null for any.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<PlanView> PlanChangeAsync(
        string idOrName, PlanInput change, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(idOrName)}/plan", change, ApiJson.Default.PlanInput).WithIfMatch(ifVersion),
            ApiJson.Default.PlanView, cancellationToken);

    /// <summary>The group's last level checks, newest first.</summary>
    public Task<PageView<CheckRunView>> ListChecksAsync(string idOrName, int limit, CancellationToken cancellationToken = default) =>
        GetAsync(
            Listing($"v1/groups/{Escape(idOrName)}/checks", new PageQuery { Limit = limit }),
            ApiJson.Default.PageViewCheckRunView,
            cancellationToken);

    /// <summary>The group's instances as their clouds show them now, by creation, then id.</summary>
    public Task<InstancesView> ListInstancesAsync(string idOrName, CancellationToken cancellationToken = default) =>
        GetAsync($"v1/groups/{Escape(idOrName)}/instances", ApiJson.Default.InstancesView, cancellationToken);

    /// <summary>Instances of a page of groups, by creation, then id; the page's limit counts groups.</summary>
    public Task<InstancesView> ListAllInstancesAsync(PageQuery page = default, CancellationToken cancellationToken = default) =>
        GetAsync(Listing("v1/instances", page), ApiJson.Default.InstancesView, cancellationToken);

    /// <summary>One instance of the account's groups.</summary>
    /// <param name="id">Its id, the start of its id, or its name.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> GetInstanceAsync(string id, string? cloud = null, CancellationToken cancellationToken = default) =>
        GetAsync(Instance(id, "", cloud), ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>Says something of an instance's health.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="report">What.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<FindingsView> ReportHealthAsync(
        string id, HealthReportInput report, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Put, Instance(id, "/health", cloud), report, ApiJson.Default.HealthReportInput),
            ApiJson.Default.FindingsView, cancellationToken);

    /// <summary>Does something to one instance.</summary>
    /// <param name="action"><c>protect</c>, <c>unprotect</c>, <c>standby</c>, <c>return</c>, <c>replace</c> or <c>keep</c>.</param>
    /// <param name="id">Its id, the start of its id, or its name.</param>
    /// <param name="input">Why.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> ActOnInstanceAsync(
        string action, string id, InstanceActionInput input, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, Instance(id, $"/{action}", cloud), input, ApiJson.Default.InstanceActionInput),
            ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>Has one instance ended.</summary>
    /// <param name="id">Its id, the start of its id, or its name.</param>
    /// <param name="input">Why, and whether the group shrinks with it.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> TerminateInstanceAsync(
        string id, InstanceTerminateInput input, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, Instance(id, "/terminate", cloud), input, ApiJson.Default.InstanceTerminateInput),
            ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>Answers a hook that an instance waits for.</summary>
    /// <param name="id">Its id, the start of its id, or its name.</param>
    /// <param name="hook">The hook's name; <c>drain</c> for the drain.</param>
    /// <param name="answer">What, and why.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> AnswerHookAsync(
        string id, string hook, HookAnswerInput answer, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Put, Instance(id, $"/hooks/{Escape(hook)}", cloud), answer, ApiJson.Default.HookAnswerInput),
            ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>Lets one instance go, alive.</summary>
    /// <param name="id">Its id, the start of its id, or its name.</param>
    /// <param name="input">Why, and whether the group's capacity stays.</param>
    /// <param name="cloud">The configured name of its cloud; null for whichever has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> DetachInstanceAsync(
        string id, InstanceDetachInput input, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, Instance(id, "/detach", cloud), input, ApiJson.Default.InstanceDetachInput),
            ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>Takes a machine into a group.</summary>
    /// <param name="id">The cloud's own id of it.</param>
    /// <param name="input">Which group, and why.</param>
    /// <param name="cloud">The configured name of its cloud; null for the group's only one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<InstanceView> AttachInstanceAsync(
        string id, InstanceAttachInput input, string? cloud = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, Instance(id, "/attach", cloud), input, ApiJson.Default.InstanceAttachInput),
            ApiJson.Default.InstanceView, cancellationToken);

    /// <summary>A page of the group's audit trail, newest first.</summary>
    public Task<PageView<ActivityView>> ListActivitiesAsync(
        string idOrName, PageQuery page = default, CancellationToken cancellationToken = default) =>
        GetAsync(
            Listing($"v1/groups/{Escape(idOrName)}/activities", page), ApiJson.Default.PageViewActivityView, cancellationToken);

    // ---- policies and readings

    /// <summary>Makes a policy of a group. A receiver's secret is in the answer, and nowhere else.</summary>
    public Task<PolicyView> CreatePolicyAsync(string group, PolicyInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(group)}/policies", input, ApiJson.Default.PolicyInput),
            ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>All policies of a group, by name.</summary>
    public async Task<IReadOnlyList<PolicyView>> ListPoliciesAsync(string group, CancellationToken cancellationToken = default) =>
        (await GetAsync($"v1/groups/{Escape(group)}/policies", ApiJson.Default.PageViewPolicyView, cancellationToken)).Items;

    /// <summary>One policy of a group.</summary>
    public Task<PolicyView> GetPolicyAsync(string group, string name, CancellationToken cancellationToken = default) =>
        GetAsync($"v1/groups/{Escape(group)}/policies/{Escape(name)}", ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>Changes a policy; what is left out stays.</summary>
    public Task<PolicyView> UpdatePolicyAsync(
        string group, string name, PolicyInput change, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(
                HttpMethod.Patch, $"v1/groups/{Escape(group)}/policies/{Escape(name)}", change, ApiJson.Default.PolicyInput),
            ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>Replaces what a policy is made of; what is left out is as if it had never been said. A receiver keeps its secret.</summary>
    public Task<PolicyView> ReplacePolicyAsync(
        string group, string name, PolicyInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Put, $"v1/groups/{Escape(group)}/policies/{Escape(name)}", input, ApiJson.Default.PolicyInput),
            ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>Makes a receiver's secret anew; the answer alone has it.</summary>
    public Task<PolicyView> RenewSecretAsync(string group, string name, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(group)}/policies/{Escape(name)}/secret"),
            ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>Removes a policy.</summary>
    /// <returns>The policy as it was.</returns>
    public Task<PolicyView> DeletePolicyAsync(string group, string name, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Delete, $"v1/groups/{Escape(group)}/policies/{Escape(name)}"),
            ApiJson.Default.PolicyView, cancellationToken);

    /// <summary>Pushes readings of a group.</summary>
    public Task<ReadingsTaken> PushReadingsAsync(string group, ReadingInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/groups/{Escape(group)}/readings", input, ApiJson.Default.ReadingInput),
            ApiJson.Default.ReadingsTaken, cancellationToken);

    /// <summary>The kept readings of a group.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="metric">Of what.</param>
    /// <param name="resolution"><c>raw</c>, <c>minute</c> or <c>hour</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ReadingsView> ListReadingsAsync(
        string group, string metric, string resolution, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"v1/groups/{Escape(group)}/readings?metric={Escape(metric)}&resolution={Escape(resolution)}",
            ApiJson.Default.ReadingsView, cancellationToken);

    /// <summary>Why a group has so many instances, now or at an earlier time.</summary>
    public Task<ExplainView> ExplainAsync(string group, DateTimeOffset? at = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"v1/groups/{Escape(group)}/explain{(at is { } time ? $"?at={Escape(time.ToString("O", CultureInfo.InvariantCulture))}" : "")}",
            ApiJson.Default.ExplainView, cancellationToken);

    // ---- events

    /// <summary>Follows the audit trail for ever; connects again from where it was when the connection breaks.</summary>
    /// <param name="after">Only entries after this position; null for those from now on.</param>
    /// <param name="group">Only this group's, by id or name; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ServerUnreachableException">The first connection could not be made.</exception>
    public IAsyncEnumerable<ActivityView> FollowEventsAsync(
        long? after = null, string? group = null, CancellationToken cancellationToken = default) =>
        _follower.FollowAsync(after, group, cancellationToken);

    // ---- clouds, status, tokens

    /// <summary>The configured clouds, by name.</summary>
    public Task<PageView<CloudView>> ListCloudsAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/clouds", ApiJson.Default.PageViewCloudView, cancellationToken);

    /// <summary>Whether a cloud answers, and what it thinks of a template where one is named.</summary>
    public Task<CloudCheckView> CheckCloudAsync(string name, string? template = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"v1/clouds/{Escape(name)}/check{(template is null ? "" : $"?template={Escape(template)}")}",
            ApiJson.Default.CloudCheckView,
            cancellationToken);

    /// <summary>What instances left behind at a cloud. Needs the role admin and the scope installation.</summary>
    public Task<PageView<LeftoverView>> ListLeftoversAsync(string cloud, CancellationToken cancellationToken = default) =>
        GetAsync($"v1/clouds/{Escape(cloud)}/leftovers", ApiJson.Default.PageViewLeftoverView, cancellationToken);

    /// <summary>Removes one of them; already gone is success. Needs the role admin and the scope installation.</summary>
    public Task<LeftoverView> RemoveLeftoverAsync(string cloud, string kind, string id, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Delete, $"v1/clouds/{Escape(cloud)}/leftovers?kind={Escape(kind)}&id={Escape(id)}"),
            ApiJson.Default.LeftoverView,
            cancellationToken);

    /// <summary>Reads a machine of a cloud into the fields of a template.</summary>
    public Task<TemplateDraftView> ReadTemplateAsync(string cloud, string instance, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"v1/clouds/{Escape(cloud)}/template?like={Escape(instance)}", ApiJson.Default.TemplateDraftView, cancellationToken);

    /// <summary>How the server is.</summary>
    public Task<StatusView> GetStatusAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/status", ApiJson.Default.StatusView, cancellationToken);

    /// <summary>Ends the installation's pause; a second time changes nothing. Needs the role admin and the scope installation.</summary>
    public Task<ResumedView> ResumeAsync(CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(Request(HttpMethod.Post, "v1/resume"), ApiJson.Default.ResumedView, cancellationToken);

    /// <summary>Instances of this installation that no living group owns, by creation.</summary>
    /// <param name="cloud">Only those of this cloud; null for all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<OrphansView> ListOrphansAsync(string? cloud = null, CancellationToken cancellationToken = default) =>
        GetAsync(cloud is null ? "v1/orphans" : $"v1/orphans?cloud={Escape(cloud)}", ApiJson.Default.OrphansView, cancellationToken);

    /// <summary>Whom the server takes the caller for.</summary>
    public Task<WhoAmIView> WhoAmIAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/whoami", ApiJson.Default.WhoAmIView, cancellationToken);

    /// <summary>Makes a token. Its secret is in the answer and nowhere else.</summary>
    public Task<TokenCreated> CreateTokenAsync(TokenInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, "v1/tokens", input, ApiJson.Default.TokenInput), ApiJson.Default.TokenCreated, cancellationToken);

    /// <summary>The account's tokens, newest first, the revoked included.</summary>
    public Task<PageView<TokenView>> ListTokensAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/tokens", ApiJson.Default.PageViewTokenView, cancellationToken);

    /// <summary>Revokes a token, by id or name; a second time changes nothing.</summary>
    public Task<TokenView> RevokeTokenAsync(string idOrName, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Delete, $"v1/tokens/{Escape(idOrName)}"), ApiJson.Default.TokenView, cancellationToken);

    /// <summary>The keys of instances' own tokens, oldest first. Needs the role admin and the scope installation.</summary>
    public Task<PageView<ReportKeyView>> ListReportKeysAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/report-keys", ApiJson.Default.PageViewReportKeyView, cancellationToken);

    /// <summary>Makes a new key for instances' own tokens. Needs the role admin and the scope installation.</summary>
    /// <returns>The keys that are good now, oldest first.</returns>
    public Task<PageView<ReportKeyView>> RenewReportKeyAsync(ReportKeyInput input, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, "v1/report-keys", input, ApiJson.Default.ReportKeyInput), ApiJson.Default.PageViewReportKeyView,
            cancellationToken);

    /// <summary>The accounts whose callers sign with their own keys, by name. Needs the role admin.</summary>
    public Task<PageView<AccountView>> ListAccountsAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v1/accounts", ApiJson.Default.PageViewAccountView, cancellationToken);

    /// <summary>Puts an account on the whitelist. Needs the role admin.</summary>
    public Task<AccountView> AllowAccountAsync(string name, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(Request(HttpMethod.Post, $"v1/accounts/{Escape(name)}/allow"), ApiJson.Default.AccountView, cancellationToken);

    /// <summary>Keeps an account out. Needs the role admin.</summary>
    public Task<AccountView> DenyAccountAsync(string name, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(Request(HttpMethod.Post, $"v1/accounts/{Escape(name)}/deny"), ApiJson.Default.AccountView, cancellationToken);

    /// <summary>Changes an account. Needs the role admin.</summary>
    public Task<AccountView> UpdateAccountAsync(string name, AccountUpdate update, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Patch, $"v1/accounts/{Escape(name)}", update, ApiJson.Default.AccountUpdate),
            ApiJson.Default.AccountView, cancellationToken);

    /// <summary>Orders a new service key, which the account's next signed request makes. Needs the role admin.</summary>
    public Task<AccountView> RotateAccountKeyAsync(string name, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(
            Request(HttpMethod.Post, $"v1/accounts/{Escape(name)}/rotate-key"), ApiJson.Default.AccountView, cancellationToken);

    /// <summary>Every item of every page.</summary>
    /// <param name="list">Asks for one page: <c>page => client.ListGroupsAsync(page)</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The pages go round in a circle, or do not end.</exception>
    public static async IAsyncEnumerable<T> AllAsync<T>(
        Func<PageQuery, Task<PageView<T>>> list, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        var bounds = new PageBounds(TimeProvider.System);
        string? cursor = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await bounds.AskAsync(() => list(new PageQuery(Limit: 1000, cursor)));
            foreach (var item in page.Items)
            {
                yield return item;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _exchange.Dispose();

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        _exchange.SendAsync(Request(HttpMethod.Get, path), answer, cancellationToken);

    private static HttpRequestMessage Request(HttpMethod method, string path) => new(method, new Uri(path, UriKind.Relative));

    private static HttpRequestMessage Request<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(body);
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new(method, new Uri(path, UriKind.Relative)) { Content = content };
    }

    private static string Escape(string idOrName)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrName);
        return Uri.EscapeDataString(idOrName);
    }

    private static string Instance(string id, string rest, string? cloud) =>
        $"v1/instances/{Escape(id)}{rest}{(cloud is null ? "" : $"?cloud={Escape(cloud)}")}";

    private static string Listing(string path, PageQuery page, bool includeArchived = false)
    {
        var query = new List<string>(3);
        if (page.Limit is { } limit)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"limit={limit}"));
        }

        if (page.Cursor is { } cursor)
        {
            query.Add($"cursor={Uri.EscapeDataString(cursor)}");
        }

        if (includeArchived)
        {
            query.Add("include_archived=true");
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }
}
