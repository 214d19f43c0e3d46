using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Api.Accounts;
using Muster.Api.Activities;
using Muster.Api.Clouds;
using Muster.Api.Groups;
using Muster.Api.Installation;
using Muster.Api.Instances;
using Muster.Api.Policies;
using Muster.Api.Problems;
using Muster.Api.Templates;
using Muster.Api.Tokens;

namespace Muster.Api;

/// <summary>How everything on the wire is written and read: snake_case, strict, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TemplateInput))]
[JsonSerializable(typeof(TemplateView))]
[JsonSerializable(typeof(TemplateCheckView))]
[JsonSerializable(typeof(PageView<TemplateView>))]
[JsonSerializable(typeof(GroupInput))]
[JsonSerializable(typeof(GroupUpdate))]
[JsonSerializable(typeof(CapacityInput))]
[JsonSerializable(typeof(SuspendInput))]
[JsonSerializable(typeof(EvacuateInput))]
[JsonSerializable(typeof(RestoreInput))]
[JsonSerializable(typeof(RevisionView))]
[JsonSerializable(typeof(PageView<RevisionView>))]
[JsonSerializable(typeof(GroupView))]
[JsonSerializable(typeof(PageView<GroupView>))]
[JsonSerializable(typeof(PlanInput))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(CheckView))]
[JsonSerializable(typeof(CheckRunView))]
[JsonSerializable(typeof(PageView<CheckRunView>))]
[JsonSerializable(typeof(InstanceView))]
[JsonSerializable(typeof(InstancesView))]
[JsonSerializable(typeof(FindingsView))]
[JsonSerializable(typeof(HealthReportInput))]
[JsonSerializable(typeof(InstanceActionInput))]
[JsonSerializable(typeof(InstanceTerminateInput))]
[JsonSerializable(typeof(HookAnswerInput))]
[JsonSerializable(typeof(InstanceDetachInput))]
[JsonSerializable(typeof(InstanceAttachInput))]
[JsonSerializable(typeof(ActivityView))]
[JsonSerializable(typeof(PageView<ActivityView>))]
[JsonSerializable(typeof(CloudView))]
[JsonSerializable(typeof(CloudCheckView))]
[JsonSerializable(typeof(PageView<CloudView>))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ResumedView))]
[JsonSerializable(typeof(LeftoverView))]
[JsonSerializable(typeof(PageView<LeftoverView>))]
[JsonSerializable(typeof(TemplateDraftView))]
[JsonSerializable(typeof(OrphanView))]
[JsonSerializable(typeof(OrphansView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(WhoAmIView))]
[JsonSerializable(typeof(TokenInput))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(TokenCreated))]
[JsonSerializable(typeof(ReportKeyInput))]
[JsonSerializable(typeof(PageView<ReportKeyView>))]
[JsonSerializable(typeof(PageView<TokenView>))]
[JsonSerializable(typeof(AccountUpdate))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(PageView<AccountView>))]
[JsonSerializable(typeof(PolicyInput))]
[JsonSerializable(typeof(PolicyView))]
[JsonSerializable(typeof(PageView<PolicyView>))]
[JsonSerializable(typeof(ReadingInput))]
[JsonSerializable(typeof(ReadingsTaken))]
[JsonSerializable(typeof(ReadingsView))]
[JsonSerializable(typeof(ReceivedView))]
[JsonSerializable(typeof(ExplainView))]
[JsonSerializable(typeof(ProblemView))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>
    /// The encoder for whatever people may look at: quotes and arrows stay readable. Safe as long as it is sent or printed as
    /// JSON and never pasted into a page.
    /// </summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes on one line, readable for people; see <see cref="Encoder"/>.</summary>
    public static ApiJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = Encoder });

    /// <summary>Like <see cref="Readable"/>, on many lines.</summary>
    public static ApiJson Indented => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = Encoder, WriteIndented = true });
}
