namespace Muster.Nomad.Jobs;

/// <summary>Nomad's clients read <c>${...}</c> and <c>%{...}</c> in arguments as templates; what is meant literally is doubled.</summary>
internal static class Interpolation
{
    public static string Escape(string text) =>
        text.Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);
}
