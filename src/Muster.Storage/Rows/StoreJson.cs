using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core.Accounts;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Metrics;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Traffic;
using Muster.Records;

namespace Muster.Storage.Rows;

/// <summary>
/// The values that a column holds as JSON, in their forms. Nothing-values
/// that most rows have are null, which costs neither space nor parsing.
/// </summary>
internal static class StoreJson
{
    public static string Write(ImmutableArray<string> texts) => Write(texts, FormsJson.Default.ImmutableArrayString);

    public static ImmutableArray<string> ReadTexts(string json) => Read(json, FormsJson.Default.ImmutableArrayString);

    public static string Write(ImmutableSortedDictionary<string, string> map) =>
        map.IsEmpty ? "{}" : Write(new Dictionary<string, string>(map), FormsJson.Default.DictionaryStringString);

    public static ImmutableSortedDictionary<string, string> ReadMap(string json) =>
        json == "{}" ? ImmutableSortedDictionary<string, string>.Empty : Forms.ToMap(Read(json, FormsJson.Default.DictionaryStringString));

    /// <summary>Nothing stays nothing: a launch of before its tags were kept.</summary>
    public static string? Write(LaunchTags? tags) => tags is null ? null : Write(tags.Values);

    public static LaunchTags? ReadTags(string? json) => json is null ? null : new(ReadMap(json));

    public static string Write(Brakes brakes) => Write(BrakesForm.Of(brakes), FormsJson.Default.BrakesForm);

    public static Brakes ReadBrakes(string json) => Read(json, FormsJson.Default.BrakesForm).ToValue();

    public static string? Write(LaunchBreaker breaker) => WriteOrNothing(BreakerForm.Of(breaker), FormsJson.Default.BreakerForm);

    public static LaunchBreaker ReadBreaker(string? json) => BreakerForm.ToValue(ReadOrNothing(json, FormsJson.Default.BreakerForm));

    public static string? Write(HourlyCount count) => WriteOrNothing(BucketForm.Of(count), FormsJson.Default.BucketFormArray);

    public static HourlyCount ReadCount(string? json) => BucketForm.ToValue(ReadOrNothing(json, FormsJson.Default.BucketFormArray));

    public static string? Write(ImmutableArray<RecentTermination> terminations) =>
        WriteOrNothing(TerminationForm.Of(terminations), FormsJson.Default.TerminationFormArray);

    public static ImmutableArray<RecentTermination> ReadTerminations(string? json) =>
        TerminationForm.ToValue(ReadOrNothing(json, FormsJson.Default.TerminationFormArray));

    public static string? Write(ImmutableArray<Member> members) =>
        WriteOrNothing(MemberForm.Of(members), FormsJson.Default.MemberFormArray);

    public static ImmutableArray<Member> ReadMembers(string? json) =>
        MemberForm.ToValue(ReadOrNothing(json, FormsJson.Default.MemberFormArray));

    public static string? WriteOthers(ImmutableArray<PlacementState> placements) =>
        WriteOrNothing(PlacementForm.OfOthers(placements), FormsJson.Default.PlacementFormArray);

    public static ImmutableArray<PlacementState> ReadPlacements(PlacementState only, string? json) =>
        PlacementForm.ToValue(only, ReadOrNothing(json, FormsJson.Default.PlacementFormArray));

    public static string? WriteMoves(GroupState state) => WriteOrNothing(MovesForm.Of(state), FormsJson.Default.MovesForm);

    public static GroupState ReadMoves(GroupState state, string? json) =>
        MovesForm.Apply(state, ReadOrNothing(json, FormsJson.Default.MovesForm));

    public static string? Write(Layout? layout) => WriteOrNothing(LayoutForm.Of(layout), FormsJson.Default.LayoutForm);

    public static Layout? ReadLayout(string? json) => LayoutForm.ToValue(ReadOrNothing(json, FormsJson.Default.LayoutForm));

    public static string? Write(Evacuations evacuations) =>
        WriteOrNothing(EvacuationForm.Of(evacuations), FormsJson.Default.EvacuationFormArray);

    public static Evacuations ReadEvacuations(string? json) =>
        EvacuationForm.ToValue(ReadOrNothing(json, FormsJson.Default.EvacuationFormArray));

    public static string? Write(ImmutableArray<Claim> claims) => WriteOrNothing(ClaimForm.Of(claims), FormsJson.Default.ClaimFormArray);

    public static ImmutableArray<Claim> ReadClaims(string? json) =>
        ClaimForm.ToValue(ReadOrNothing(json, FormsJson.Default.ClaimFormArray));

    public static string? Write(ImmutableArray<MemberNote> notes) =>
        WriteOrNothing(MemberNoteForm.Of(notes), FormsJson.Default.MemberNoteFormArray);

    public static ImmutableArray<MemberNote> ReadNotes(string? json) =>
        MemberNoteForm.ToValue(ReadOrNothing(json, FormsJson.Default.MemberNoteFormArray));

    public static string? Write(HealthCheck? check) => WriteOrNothing(HealthForm.Of(check), FormsJson.Default.HealthForm);

    public static HealthCheck? ReadHealth(string? json) => HealthForm.ToValue(ReadOrNothing(json, FormsJson.Default.HealthForm));

    public static string? Write(Repair repair) => WriteOrNothing(RepairForm.Of(repair), FormsJson.Default.RepairForm);

    public static Repair ReadRepair(string? json) => RepairForm.ToValue(ReadOrNothing(json, FormsJson.Default.RepairForm));

    public static string? Write(Drain? drain) => WriteOrNothing(DrainForm.Of(drain), FormsJson.Default.DrainForm);

    public static Drain? ReadDrain(string? json) => DrainForm.ToValue(ReadOrNothing(json, FormsJson.Default.DrainForm));

    public static string? Write(Pool? pool) => WriteOrNothing(PoolForm.Of(pool), FormsJson.Default.PoolForm);

    public static Pool? ReadPool(string? json) => PoolForm.ToValue(ReadOrNothing(json, FormsJson.Default.PoolForm));

    public static string? Write(TrafficUses traffic) =>
        WriteOrNothing(TrafficForm.Of(traffic), FormsJson.Default.TrafficFormArray);

    public static TrafficUses ReadTraffic(string? json) =>
        TrafficForm.ToValue(ReadOrNothing(json, FormsJson.Default.TrafficFormArray));

    public static string? Write(Hooks hooks) => WriteOrNothing(HookForm.Of(hooks), FormsJson.Default.HookFormArray);

    public static Hooks ReadHooks(string? json) => HookForm.ToValue(ReadOrNothing(json, FormsJson.Default.HookFormArray));

    public static string? Write(ImmutableArray<Policy> policies) =>
        WriteOrNothing(PolicyForm.Of(policies), FormsJson.Default.PolicyFormArray);

    public static ImmutableArray<Policy> ReadPolicies(string? json) =>
        PolicyForm.ToValue(ReadOrNothing(json, FormsJson.Default.PolicyFormArray));

    public static string? Write(ImmutableArray<PolicyOutcome> outcomes) =>
        WriteOrNothing(OutcomeForm.Of(outcomes), FormsJson.Default.OutcomeFormArray);

    public static ImmutableArray<PolicyOutcome> ReadOutcomes(string? json) =>
        OutcomeForm.ToValue(ReadOrNothing(json, FormsJson.Default.OutcomeFormArray));

    public static string? Write(ImmutableArray<PushedReading> pushed) =>
        WriteOrNothing(PushedReadingForm.OfAll(pushed), FormsJson.Default.PushedReadingFormArray);

    public static ImmutableArray<PushedReading> ReadPushed(string? json) =>
        PushedReadingForm.ToValues(ReadOrNothing(json, FormsJson.Default.PushedReadingFormArray));

    public static string Write(InstallationPause pause) => Write(PauseForm.Of(pause), FormsJson.Default.PauseForm);

    public static string Write(ImmutableArray<ReportKey> keys) => Write(ReportKeyForm.Of(keys), FormsJson.Default.ReportKeyFormArray);

    public static ImmutableArray<ReportKey> ReadReportKeys(string json) =>
        ReportKeyForm.ToValue(Read(json, FormsJson.Default.ReportKeyFormArray));

    public static InstallationPause ReadPause(string json) => Read(json, FormsJson.Default.PauseForm).ToValue();

    public static string Write(SealedSecret secret) => Write(SecretForm.Of(secret), FormsJson.Default.SecretForm);

    public static SealedSecret ReadSecret(string json) => Read(json, FormsJson.Default.SecretForm).ToValue();

    private static string? WriteOrNothing<TForm>(TForm? form, JsonTypeInfo<TForm> type)
        where TForm : class => form is null ? null : Write(form, type);

    private static TForm? ReadOrNothing<TForm>(string? json, JsonTypeInfo<TForm> type)
        where TForm : class => json is null ? null : Read(json, type);

    private static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type)
        ?? throw new InvalidDataException($"the store holds null where a {typeof(T).Name} belongs");
}
