namespace Lateen.Control.Validation;

using Lateen.Api.Text;

/// <summary>Gathers what the rules find, in the order of the object's fields.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public void Error(string code, string path, string message, string fix = "") =>
        _all.Add(Finding.Error(code, path, message, fix));

    public void Warning(string code, string path, string message, string fix = "") =>
        _all.Add(Finding.Warning(code, path, message, fix));
}
