using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>How every form is written as JSON: in a column, and on the wire.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(IdConverter<AccountId>), typeof(IdConverter<TemplateId>), typeof(IdConverter<GroupId>), typeof(IdConverter<LaunchId>),
        typeof(IdConverter<ActivityId>), typeof(InstanceIdConverter),
        typeof(WordConverter<ScaleInOrder>), typeof(WordConverter<GroupPhase>), typeof(WordConverter<GroupCondition>),
        typeof(WordConverter<LaunchPhase>), typeof(WordConverter<ActivityType>), typeof(WordConverter<ActivityStatus>),
        typeof(WordConverter<CheckOutcome>), typeof(WordConverter<InstanceState>),
        typeof(WordConverter<MemberPhase>), typeof(WordConverter<Verdict>), typeof(WordConverter<DistributionKind>),
        typeof(WordConverter<CloudErrorKind>), typeof(WordConverter<PolicyKind>), typeof(WordConverter<PolicyMode>),
        typeof(WordConverter<AdjustmentKind>), typeof(WordConverter<RecommendationKind>), typeof(WordConverter<ProbeKind>),
        typeof(WordConverter<RepairMode>), typeof(WordConverter<ReplaceOrder>), typeof(WordConverter<MassVerdict>),
        typeof(WordConverter<HookMoment>), typeof(WordConverter<GateAnswer>),
        typeof(MomentConverter), typeof(NumberConverter),
    ])]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(BrakesForm))]
[JsonSerializable(typeof(BreakerForm))]
[JsonSerializable(typeof(BucketForm[]))]
[JsonSerializable(typeof(TerminationForm[]))]
[JsonSerializable(typeof(MemberForm[]))]
[JsonSerializable(typeof(MemberNoteForm[]))]
[JsonSerializable(typeof(HealthForm))]
[JsonSerializable(typeof(RepairForm))]
[JsonSerializable(typeof(TrafficForm[]))]
[JsonSerializable(typeof(DrainForm))]
[JsonSerializable(typeof(PoolForm))]
[JsonSerializable(typeof(HookForm[]))]
[JsonSerializable(typeof(PlacementForm[]))]
[JsonSerializable(typeof(MovesForm))]
[JsonSerializable(typeof(LayoutForm))]
[JsonSerializable(typeof(EvacuationForm[]))]
[JsonSerializable(typeof(ClaimForm[]))]
[JsonSerializable(typeof(PolicyForm[]))]
[JsonSerializable(typeof(OutcomeForm[]))]
[JsonSerializable(typeof(PushedReadingForm[]))]
[JsonSerializable(typeof(PauseForm))]
[JsonSerializable(typeof(SecretForm))]
[JsonSerializable(typeof(ReportKeyForm[]))]
[JsonSerializable(typeof(TemplateForm))]
[JsonSerializable(typeof(GroupForm))]
[JsonSerializable(typeof(GroupStateForm))]
[JsonSerializable(typeof(LaunchForm))]
[JsonSerializable(typeof(ActivityForm))]
[JsonSerializable(typeof(CheckRunForm))]
[JsonSerializable(typeof(GroupRecordForm))]
[JsonSerializable(typeof(GroupLeaseForm))]
[JsonSerializable(typeof(CheckRecordForm))]
[JsonSerializable(typeof(DecisionForm))]
public sealed partial class FormsJson : JsonSerializerContext;
