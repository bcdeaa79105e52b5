using Signalbox.Servers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Signalbox.Storage.Tests.Harness;

/// <summary>A test of every store; skipped for one whose server is not there.</summary>
[XunitTestCaseDiscoverer("Signalbox.Storage.Tests.Harness.ContractFactDiscoverer", "Signalbox.Storage.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

public sealed class ContractFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        [new ContractTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)];
}

public sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("Called when a test case is sent to another process.", error: true)]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo fact) =>
        TestMethod.TestClass.Class.BaseType.GetGenericArguments().Any(harness => harness.Name == typeof(PostgresHarness).FullName)
            ? Databases.WhyNone
            : base.GetSkipReason(fact);
}
