namespace Lateen.Lateend.Webhooks;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Ads;
using Lateen.Control.Analysis;
using Lateen.Control.Config;
using Lateen.Control.Status;
using Lateen.Control.Validation;

/// <summary>POST /validate: refuses what cannot work, and warns of what refers to something that is not there.</summary>
internal sealed class ValidationEndpoint(DiscoveryService discovery, TimeProvider time)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public async ValueTask<AdmissionAnswer> DecideAsync(JsonObject request)
    {
        if (request["object"] is not JsonObject resource)
        {
            return AdmissionAnswer.Allow;
        }

        string kind = resource["kind"]?.ToString() ?? "";
        IReadOnlyList<Finding> findings = Validator.Validate(resource["apiVersion"]?.ToString() ?? "", kind, resource);
        List<string> errors = [.. findings.Where(f => f.Severity is Severity.Error).Select(f => f.Sentence)];
        List<string> warnings = [.. findings.Where(f => f.Severity is Severity.Warning).Select(f => f.Sentence)];
        if (errors.Count > 0)
        {
            return new AdmissionAnswer
            {
                Refusal = "configuration is invalid: "
                    + (errors.Count == 1 ? errors[0] : $"{errors.Count} errors occurred: {string.Join("; ", errors)}"),
                Warnings = warnings,
            };
        }

        string ns = request["namespace"]?.ToString() ?? "";
        IReadOnlyList<string> unknown = await UnknownReferencesAsync(resource, ns);
        return new AdmissionAnswer { Warnings = [.. warnings, .. unknown, .. ApplyWarnings.For(resource, ns, discovery.Current)] };
    }

    // What is named may stand in the same file and be on its way to us: only what is still missing after a moment is worth a warning.
    private async Task<IReadOnlyList<string>> UnknownReferencesAsync(JsonObject resource, string ns)
    {
        long started = time.GetTimestamp();
        IReadOnlyList<string> unknown = UnknownReferences(resource, ns);
        while (unknown.Count > 0 && time.GetElapsedTime(started) < Moment)
        {
            await Task.Delay(Step, time);
            unknown = UnknownReferences(resource, ns);
        }

        return unknown;
    }

    private IReadOnlyList<string> UnknownReferences(JsonObject resource, string ns)
    {
        string kind = resource["kind"]?.ToString() ?? "";
        object? typed = kind switch
        {
            "VirtualService" => ResourceJson.TryRead(resource, out VirtualService? rule, out _) ? rule : null,
            "DestinationRule" => ResourceJson.TryRead(resource, out DestinationRule? rule, out _) ? rule : null,
            _ => null,
        };
        var key = new ResourceKey("networking.istio.io", kind, ns, resource["metadata"]?["name"]?.ToString() ?? "");
        return typed is null ? [] : StatusReporter.Warnings(key, typed, discovery.Current);
    }
}
