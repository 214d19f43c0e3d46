namespace Muster.Clouds.Docker;

/// <summary>Names that Docker takes: they begin with a letter or digit.</summary>
internal static class ContainerNames
{
    private const string Start = "i";

    /// <summary>The name itself where Docker takes it.</summary>
    public static string For(string name) => char.IsAsciiLetterOrDigit(name[0]) ? name : Start + name;
}
