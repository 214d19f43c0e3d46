using Muster.Clouds.Exec.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec;

/// <summary>Reads the traits that an executable describes itself with.</summary>
internal static class ExecTraits
{
    /// <summary>What it said, or the careful default.</summary>
    /// <exception cref="CloudException">It speaks another version, or a number is out of its range; names every one.</exception>
    public static CloudTraits Of(ExecDescription said)
    {
        var wrong = new List<string>();
        double InRange(string field, double? value, double fallback, double min, double max)
        {
            if (value is { } number && (number < min || number > max))
            {
                wrong.Add($"{field} is {number}: {min} to {max}");
            }

            return value ?? fallback;
        }

        if (said.Contract != ExecRequest.ContractVersion)
        {
            wrong.Add($"contract is {said.Contract?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"}: "
                + $"{ExecRequest.ContractVersion}");
        }

        var bootGrace = InRange("boot_grace_s", said.BootGraceS, 120, 0, 3600);

        // A plugin from before this field may have a grace that is longer than the time-out unless told.
        var bootTimeout = InRange("boot_timeout_s", said.BootTimeoutS, Math.Max(900, bootGrace), 60, 86_400);
        if (said.BootTimeoutS is not null && bootTimeout < bootGrace)
        {
            wrong.Add($"boot_timeout_s is {bootTimeout}: at least boot_grace_s, which is {bootGrace}");
        }

        var traits = new CloudTraits
        {
            PageSize = (int)InRange("page_size", said.PageSize, 1000, 1, 1_000_000),
            LaunchTokens = said.LaunchTokens ?? false,
            LaunchTokensOutlive = said.LaunchTokensOutlive ?? false,
            GroupFilter = said.GroupFilter ?? false,
            Watches = said.Watches ?? false,
            Interruptible = said.Interruptible ?? false,
            ListingLagMax = TimeSpan.FromSeconds(InRange("listing_lag_max_s", said.ListingLagMaxS, 30, 0, 3600)),
            LaunchTimeout = TimeSpan.FromSeconds(InRange("launch_timeout_s", said.LaunchTimeoutS, 120, 1, 3600)),
            BootGrace = TimeSpan.FromSeconds(bootGrace),
            BootTimeout = TimeSpan.FromSeconds(bootTimeout),
            NameLengthMax = (int)InRange("name_length_max", said.NameLengthMax, 63, 20, 1000),
            TagValueLengthMax = (int)InRange("tag_value_length_max", said.TagValueLengthMax, 255, 36, 1_000_000),
            ReadsPerSecond = InRange("reads_per_second", said.ReadsPerSecond, 5, 0.01, 100_000),
            WritesPerSecond = InRange("writes_per_second", said.WritesPerSecond, 5, 0.01, 100_000),
            Burst = (int)InRange("burst", said.Burst, 20, 1, 100_000),
        };
        return wrong.Count == 0
            ? traits
            : throw new CloudException(CloudErrorKind.InvalidRequest, $"the answer to describe is wrong: {string.Join("; ", wrong)}");
    }
}
