namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using Lateen.Api.Text;
using Lateen.CommandLine.Analysis;
using Lateen.Control.Analysis;
using Lateen.Control.Validation;

/// <summary>lateen validate: judges each object of files by itself; `lateen analyze` judges them together.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Option<string[]>("--filename", "-f")
        {
            Description = "file or folder; - is standard input",
            Required = true,
            HelpName = "FILE",
        };
        var recursive = new Option<bool>("--recursive", "-R") { Description = "read folders within folders too" };
        var command = new Command("validate", "check the fields of configuration objects") { files, recursive };
        command.Aliases.Add("v");
        command.SetAction(async (parsed, cancel) =>
        {
            var manifests = new ManifestFiles("default");
            string[] names = parsed.GetRequiredValue(files);
            await manifests.ReadAsync(names, parsed.GetValue(recursive), cancel);
            List<Finding> findings =
            [
                .. manifests.Problems,
                .. manifests.Objects.SelectMany(static o => Locate(o, Validator.Validate(o.ApiVersion, o.Kind, o.Root))),
            ];
            foreach (Finding finding in findings)
            {
                Console.Error.WriteLine($"{finding.Severity}: {finding}");
            }

            if (findings.Any(static f => f.Severity is Severity.Error))
            {
                return 1;
            }

            Console.WriteLine(string.Join('\n', names.Select(static n => $"\"{n}\" is valid")));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<Finding> Locate(AnalysisObject each, IReadOnlyList<Finding> findings) =>
        each.Document?.Locate(findings) ?? findings;
}
