using Muster.Api.Client;
using Muster.Api.Problems;
using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Connections;

/// <summary>The one place that turns what goes wrong into words for Terraform's user.</summary>
internal static class Translation
{
    private const string BugDetail = "This is a bug of the Muster provider; TF_LOG_PROVIDER=debug shows where. ";

    /// <summary>Adds what an exception says.</summary>
    /// <param name="findings">Where.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="what">What was tried: <c>Cannot create group web</c>.</param>
    /// <param name="place">Where an attribute of the API is found in the configuration; null when it is not there.</param>
    public static void Add(FindingList findings, Exception error, string what, Func<string, AttributePath?> place)
    {
        switch (error)
        {
            case ApiException { Problem.Errors.Count: > 0 } api:
                foreach (var field in api.Problem.Errors)
                {
                    findings.Error(
                        $"{what}: {Lower(api.Problem.Title)}", Sentence(api.Problem, field, place(field.Field)), place(field.Field));
                }

                break;
            case ApiException { Problem.Status: 401 } api:
                findings.Error(
                    "The Muster server refuses the token",
                    $"{Capital(api.Problem.Detail)}. Set the provider's token or MUSTER_TOKEN to a token of this installation; "
                    + "an admin makes one with 'muster token create'.",
                    place("token"));
                break;
            case ApiException api:
                findings.Error($"{what}: {Lower(api.Problem.Title)}", Advised(api.Problem), PlaceOf(api.Problem.Code, place));
                break;
            case ServerUnreachableException unreachable:
                findings.Error(
                    "No answer from the Muster server",
                    $"{Capital(unreachable.Message)}. Is it running, and are the provider's address or MUSTER_ADDR right? "
                    + "On this machine, 'muster dev' starts one.",
                    place("address"));
                break;
            case RequestTimeoutException late:
                findings.Error("No answer from the Muster server", $"{Capital(late.Message)}.");
                break;
            case ValueException value:
                findings.Error(what, $"{value.Message}.");
                break;
            default:
                findings.Error($"{what}: internal error", $"{BugDetail}{error.GetType().Name}: {error.Message}");
                break;
        }
    }

    private static string Sentence(ProblemView problem, FieldErrorView field, AttributePath? path) => problem.Code switch
    {
        "duplicate_name" =>
            $"{Capital(problem.Detail)}. If it is the one meant, take it over: "
            + "terraform import, with the resource's address and this name, of a policy as GROUP/NAME.",
        _ when field.Value is null => $"{path?.ToString() ?? field.Field} is missing: {field.Allowed}.",
        _ => $"{path?.ToString() ?? field.Field} is '{field.Value}': {field.Allowed}.",
    };

    /// <summary>Where the group is named that is not there; other problems are about no attribute.</summary>
    private static AttributePath? PlaceOf(string code, Func<string, AttributePath?> place) =>
        code == "group_not_found" ? place("group") : null;

    private static string Advised(ProblemView problem) => problem.Code switch
    {
        "template_in_use" =>
            $"{Capital(problem.Detail)}. To replace a template under a living group, give the template base_name instead of name and "
            + "lifecycle { create_before_destroy = true }: then the group moves to the new template before the old one is archived.",
        "forbidden" => $"{Capital(problem.Detail)}. Terraform needs a token whose role is operate.",
        _ => $"{Capital(problem.Detail)}.",
    };

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
