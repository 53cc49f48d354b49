namespace Lateen.Api.Text;

using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

/// <summary>
/// Runs RE2 expressions, as Istio and Envoy specify them, on .NET's linear-time engine. What that engine cannot honour
/// exactly is rejected with a reason, because a rule that matches something else than its author wrote is worse than none.
/// </summary>
public static class Re2
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // Far above any route; bounds the work of the translator itself.
    private const int MaxLength = 8192;

    /// <summary>Compiles an expression that must match the whole text, as all of Istio's and Envoy's matchers do.</summary>
    public static bool TryCompileFullMatch(string expression, [NotNullWhen(true)] out Regex? regex, out string error) =>
        TryCompile(expression, fullMatch: true, out regex, out error);

    /// <summary>Compiles an expression that is searched for, as a regex rewrite does.</summary>
    public static bool TryCompileSearch(string expression, [NotNullWhen(true)] out Regex? regex, out string error) =>
        TryCompile(expression, fullMatch: false, out regex, out error);

    /// <summary>Translates RE2 syntax to .NET's; groups keep RE2's numbers.</summary>
    public static bool TryTranslate(string expression, out string pattern, out string error)
    {
        pattern = "";
        if (expression.Length > MaxLength)
        {
            error = $"the expression is longer than {MaxLength} characters";
            return false;
        }

        var translator = new Re2Translator(expression);
        bool ok = translator.TryTranslate(out error);
        pattern = ok ? translator.Pattern : "";
        return ok;
    }

    private static bool TryCompile(string expression, bool fullMatch, [NotNullWhen(true)] out Regex? regex, out string error)
    {
        regex = null;
        if (!TryTranslate(expression, out string pattern, out error))
        {
            return false;
        }

        try
        {
            regex = new Regex(fullMatch ? $@"\A(?:{pattern})\z" : pattern, Options);
            return true;
        }
        catch (ArgumentException problem)
        {
            error = problem.Message;
            return false;
        }
        catch (NotSupportedException)
        {
            // The engine bounds its automaton to 10,000 nodes; large repeats such as a{900}{9} exceed it.
            error = "the expression is too large: use smaller repeat counts";
            return false;
        }
    }
}
