using System.Collections.Immutable;
using System.Globalization;

using Muster.Api.Clouds;
using Muster.Core.Clouds;

namespace Muster.Server.Clouds;

/// <summary>What one check of a cloud found, step by step: what an operator would look at, in that order.</summary>
internal sealed class CloudCheckSteps
{
    private readonly List<CloudCheckStepView> _steps = [];

    /// <summary>The steps until now.</summary>
    public IReadOnlyList<CloudCheckStepView> Views => _steps;

    /// <summary>What is wrong at the first bad step; null when none is.</summary>
    public string? FirstBad => _steps.FirstOrDefault(step => !step.Good)?.Message;

    /// <summary>The listing worked: the cloud is there, and lets us look.</summary>
    public void Listed(int instances)
    {
        Add("endpoint", good: true, "answers");
        Add("credentials", good: true, "taken");
        Add("permissions", good: true, string.Create(CultureInfo.InvariantCulture, $"may list; {instances} instances of this account"));
    }

    /// <summary>The listing did not.</summary>
    public void Failed(CloudErrorKind kind, string message)
    {
        // A cloud that refuses, or asks for silence, has answered.
        var answers = kind is not (CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous);
        Add("endpoint", answers, answers ? "answers" : message);
        if (kind is CloudErrorKind.Unauthorized)
        {
            Add("credentials", good: false, message);
        }
        else if (answers)
        {
            Add("permissions", good: false, message);
        }
    }

    /// <summary>What the cloud says of the connection itself.</summary>
    public void Described(ImmutableArray<CloudStep> steps)
    {
        foreach (var step in steps)
        {
            Add(step.Name, step.IsGood, step.Message);
        }
    }

    /// <summary>What the cloud thinks of the template.</summary>
    public void Checked(TemplateCheck check)
    {
        foreach (var finding in check.Findings)
        {
            Add(finding.Field, finding.IsGood, finding.Message);
        }
    }

    private void Add(string step, bool good, string message) => _steps.Add(new() { Step = step, Good = good, Message = message });
}
