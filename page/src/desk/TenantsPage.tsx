import { Alert, Badge, Button, Card, Code, CopyButton, Group, NumberInput, Progress, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { answered, api, type Shape } from "../api/client";
import { useSession } from "../app/session";
import { count, money } from "../format/number";
import { minute } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { useChange, useTenants } from "./queries";

/// To whom capacity is promised, within which limits, and who may come in.
export default function TenantsPage(): ReactNode {
  const { isDesk, isAdmin } = useSession();
  const tenants = useTenants(true);
  return (
    <Stack>
      <div>
        <Title order={1}>Tenants</Title>
        <Text c="dimmed" size="sm">
          What each has promised to it is worth its exposure, within its credit limit. A tenant sees its own promises and what is free, and nothing of others.
        </Text>
      </div>
      <Await query={tenants}>
        {(all) => (all.length === 0 ? <Nothing title="No tenant is entered">Enter one below; then capacity can be held for it.</Nothing> : <TenantTable tenants={all} />)}
      </Await>
      {isDesk && <EnterTenant />}
      {isAdmin && <Tokens />}
    </Stack>
  );
}

function TenantTable({ tenants }: { tenants: Shape<"TenantShape">[] }): ReactNode {
  const { currency } = useSession();
  return (
    <Wide minWidth={560} label="Tenants">
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tenant</Table.Th>
            <Table.Th ta="right">Exposure</Table.Th>
            <Table.Th ta="right">Credit limit</Table.Th>
            <Table.Th>Used</Table.Th>
            <Table.Th ta="right">Quota, GPUs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tenants.map((one) => {
            const used = one.credit_limit ? (100 * one.exposure) / one.credit_limit : 0;
            return (
              <Table.Tr key={one.id}>
                <Table.Td>
                  {one.name}
                  <Text size="xs" c="dimmed">
                    {one.id}
                  </Text>
                </Table.Td>
                <Table.Td ta="right" className="num">
                  {money(one.exposure, currency)}
                </Table.Td>
                <Table.Td ta="right" className="num">
                  {one.credit_limit === undefined || one.credit_limit === null ? "none" : money(one.credit_limit, currency)}
                </Table.Td>
                <Table.Td miw={90}>
                  {one.credit_limit ? <Progress value={Math.min(100, used)} color={used > 90 ? "red" : "supply"} aria-label={`${Math.round(used)} % of its credit limit`} /> : null}
                </Table.Td>
                <Table.Td ta="right" className="num">
                  {one.quota === undefined || one.quota === null ? "none" : count(one.quota)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function EnterTenant(): ReactNode {
  const { currency } = useSession();
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [limit, setLimit] = useState<number | "">("");
  const [quota, setQuota] = useState<number | "">("");
  const enter = useChange(() =>
    answered(
      api.PUT("/v1/tenants/{id}", {
        params: { path: { id } },
        body: { name, credit_limit: limit === "" ? null : limit, quota: quota === "" ? null : quota },
      }),
    ).then(() => {
      setId("");
      setName("");
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    enter.mutate(undefined);
  };
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Title order={2} mb="sm">
        Enter or change a tenant
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <TextInput label="Id" required value={id} onChange={(event) => setId(event.currentTarget.value)} />
        <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NumberInput label={`Credit limit, ${currency}`} placeholder="none" min={0} thousandSeparator value={limit} onChange={(value) => setLimit(value === "" ? "" : Number(value))} />
        <NumberInput label="Quota, GPUs at once" placeholder="none" min={0} thousandSeparator value={quota} onChange={(value) => setQuota(value === "" ? "" : Number(value))} />
      </SimpleGrid>
      {enter.error && <Trouble error={enter.error} />}
      <Group justify="flex-end" mt="sm">
        <Button type="submit" loading={enter.isPending} disabled={id === "" || name === ""}>
          Enter
        </Button>
      </Group>
    </Card>
  );
}

function Tokens(): ReactNode {
  const tokens = useQuery({ queryKey: ["desk", "tokens"], queryFn: () => answered(api.GET("/v1/tokens")) });
  const bar = useChange((name: string) => answered(api.DELETE("/v1/tokens/{name}", { params: { path: { name } } })));
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Tokens
      </Title>
      {bar.error && <Trouble error={bar.error} />}
      <Await query={tokens}>
        {(all) => (
          <Wide minWidth={520} label="Tokens">
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>May do</Table.Th>
                  <Table.Th>Made</Table.Th>
                  <Table.Th>
                    <span className="unseen">Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {all.map((one) => (
                  <Table.Tr key={one.name}>
                    <Table.Td>{one.name}</Table.Td>
                    <Table.Td>
                      {one.role} {one.tenant ?? ""}
                    </Table.Td>
                    <Table.Td>{minute(one.made)}</Table.Td>
                    <Table.Td ta="right">
                      {one.barred ? (
                        <Badge color="gray" variant="light">
                          barred
                        </Badge>
                      ) : (
                        <Button size="compact-xs" variant="subtle" color="red" onClick={() => bar.mutate(one.name)}>
                          Bar
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Wide>
        )}
      </Await>
      <MakeToken />
    </Card>
  );
}

function MakeToken(): ReactNode {
  const tenants = useTenants(true);
  const [name, setName] = useState("");
  const [role, setRole] = useState("tenant");
  const [tenant, setTenant] = useState<string | null>(null);
  const make = useChange(() => answered(api.POST("/v1/tokens", { body: { name, role, tenant: role === "tenant" ? tenant : null } })));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" mt="md">
        <TextInput label="Name of a new token" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select label="It may" w={130} allowDeselect={false} data={["tenant", "viewer", "desk", "admin"]} value={role} onChange={(value) => setRole(value ?? "tenant")} />
        {role === "tenant" && <Select label="Of tenant" w={160} data={(tenants.data ?? []).map((one) => one.id)} value={tenant} onChange={setTenant} />}
        <Button type="submit" variant="default" loading={make.isPending} disabled={name === "" || (role === "tenant" && !tenant)}>
          Make
        </Button>
      </Group>
      {make.error && <Trouble error={make.error} />}
      {make.data && (
        <Alert mt="sm" color="teal" variant="light" title={`${make.data.name}: shown this once`}>
          <Group>
            <Code style={{ overflowWrap: "anywhere" }}>{make.data.secret}</Code>
            <CopyButton value={make.data.secret}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="light" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
    </form>
  );
}
