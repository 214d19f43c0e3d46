using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Remote.Wire;

/// <summary>How the protocol is written: the domain's own records, in snake_case. See docs/task-protocol.md.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(IdConverter<AccountId>), typeof(IdConverter<TemplateId>), typeof(IdConverter<GroupId>), typeof(IdConverter<LaunchId>),
        typeof(IdConverter<ActivityId>), typeof(IdConverter<InstallationId>), typeof(InstanceIdConverter),
        typeof(WordConverter<ScaleInOrder>), typeof(WordConverter<Suspension>), typeof(WordConverter<GroupPhase>), typeof(WordConverter<GroupCondition>),
        typeof(WordConverter<LaunchPhase>), typeof(WordConverter<ActivityType>), typeof(WordConverter<ActivityStatus>),
        typeof(WordConverter<CheckOutcome>), typeof(WordConverter<CallKind>), typeof(MomentConverter), typeof(SpanConverter),
    ])]
[JsonSerializable(typeof(Assignment))]
[JsonSerializable(typeof(LeaseTaking))]
[JsonSerializable(typeof(LeaseRenewal))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(LeasedRecord))]
[JsonSerializable(typeof(IdleRecords))]
[JsonSerializable(typeof(KeptActivities))]
[JsonSerializable(typeof(FoundGroups))]
[JsonSerializable(typeof(FoundTemplate))]
[JsonSerializable(typeof(StoreClock))]
[JsonSerializable(typeof(PermitRequest))]
[JsonSerializable(typeof(PermitAnswer))]
[JsonSerializable(typeof(CallsTold))]
[JsonSerializable(typeof(CheckRun))]
[JsonSerializable(typeof(Refusal))]
public sealed partial class RemoteJson : JsonSerializerContext;
