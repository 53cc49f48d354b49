namespace Lateen.EndToEnd.Tests.Harness;

/// <summary>Tests that share one running bookinfo; they run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BookinfoCollection : ICollectionFixture<Bookinfo>
{
    public const string Name = "bookinfo";
}
