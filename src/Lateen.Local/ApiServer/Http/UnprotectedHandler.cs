namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Security;
using Microsoft.AspNetCore.Http;

/// <summary>The paths that need no credentials: health, version and the token verification keys, as in Kubernetes.</summary>
internal sealed class UnprotectedHandler(ServiceAccountTokens tokens)
{
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/livez" or "/readyz" or "/healthz":
                await Responses.WriteTextAsync(http, 200, "ok").ConfigureAwait(false);
                return true;
            case "/version" or "/version/":
                await Responses.WriteAsync(http, 200, Version()).ConfigureAwait(false);
                return true;
            case "/openid/v1/jwks":
                await Responses.WriteAsync(http, 200, JsonParser.ToUtf8(tokens.PublicKeys()), "application/jwk-set+json")
                    .ConfigureAwait(false);
                return true;
            case "/.well-known/openid-configuration":
                await Responses.WriteAsync(http, 200, OpenIdConfiguration()).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    private static JsonObject Version()
    {
        return new JsonObject
        {
            ["major"] = "1", ["minor"] = "34", ["emulationMajor"] = "1", ["emulationMinor"] = "34", ["minCompatibilityMajor"] =
                "1",
            ["minCompatibilityMinor"] = "33", ["gitVersion"] = "v1.34.0+lateen", ["gitCommit"] = "lateen", ["gitTreeState"] =
                "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z", ["goVersion"] = "none", ["compiler"] = "dotnet", ["platform"] = "linux/amd64",
        };
    }

    private static JsonObject OpenIdConfiguration()
    {
        return new JsonObject
        {
            ["issuer"] = ServiceAccountTokens.Issuer, ["jwks_uri"] = $"{ServiceAccountTokens.Issuer}/openid/v1/jwks",
            ["response_types_supported"] = new JsonArray { "id_token" }, ["subject_types_supported"] = new JsonArray { "public" },
            ["id_token_signing_alg_values_supported"] = new JsonArray { "ES256" },
        };
    }
}
