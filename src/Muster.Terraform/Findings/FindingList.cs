using Muster.Terraform.Values;

namespace Muster.Terraform.Findings;

/// <summary>Collects what there is to tell about one call. Used by one call at a time.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public bool HasErrors => _all.Exists(finding => finding.IsError);

    public void Add(Finding finding) => _all.Add(finding);

    public void Error(string summary, string detail, AttributePath? path = null) => Add(new(true, summary, detail, path));

    public void Warn(string summary, string detail, AttributePath? path = null) => Add(new(false, summary, detail, path));

    /// <summary>An attribute that breaks a rule.</summary>
    /// <param name="path">Which.</param>
    /// <param name="value">What was given; null when nothing was, or when it may be a secret.</param>
    /// <param name="allowed">What is allowed.</param>
    public void Invalid(AttributePath path, string? value, string allowed) =>
        Error($"Invalid {path}", value is null ? $"{path}: {allowed}." : $"{path} is '{value}': {allowed}.", path);

    /// <summary>Reads a part of a value and takes down what is wrong with it.</summary>
    /// <returns>What was read; nothing when it is wrong.</returns>
    public T? Try<T>(AttributePath path, Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (ValueException error)
        {
            Error($"Invalid {path}", $"{error.Message}.", path);
            return default;
        }
    }
}
