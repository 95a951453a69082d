"""Router's use cases: one async function each; load, ask the core, commit once. Shell."""
