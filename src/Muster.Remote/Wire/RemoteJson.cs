using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Records;

namespace Muster.Remote.Wire;

/// <summary>
/// How the protocol is written: its messages in snake_case, and what is of the domain in its forms. See docs/task-protocol.md.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(FormConverter<GroupRecord, GroupRecordForm>), typeof(FormConverter<Template, TemplateForm>),
        typeof(FormConverter<GroupLease, GroupLeaseForm>), typeof(FormConverter<CheckRecord, CheckRecordForm>),
        typeof(FormConverter<Activity, ActivityForm>), typeof(FormConverter<CheckRun, CheckRunForm>), typeof(IdConverter<GroupId>),
        typeof(IdConverter<InstallationId>), typeof(WordConverter<CallKind>), typeof(MomentConverter), typeof(SpanConverter),
    ])]
[JsonSerializable(typeof(Assignment))]
[JsonSerializable(typeof(LeaseTaking))]
[JsonSerializable(typeof(LeaseRenewal))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(SpendReserving))]
[JsonSerializable(typeof(SpendAnswer))]
[JsonSerializable(typeof(LeasedRecord))]
[JsonSerializable(typeof(IdleRecords))]
[JsonSerializable(typeof(KeptActivities))]
[JsonSerializable(typeof(FoundGroups))]
[JsonSerializable(typeof(FoundTemplate))]
[JsonSerializable(typeof(PassAnswer))]
[JsonSerializable(typeof(StoreClock))]
[JsonSerializable(typeof(PermitRequest))]
[JsonSerializable(typeof(PermitAnswer))]
[JsonSerializable(typeof(CallsTold))]
[JsonSerializable(typeof(CheckRun))]
[JsonSerializable(typeof(Refusal))]
public sealed partial class RemoteJson : JsonSerializerContext;
